import type { ReactNode } from "react";
import { Page } from "@/app/page";
import { type Tab, Tabs } from "@/ui/tabs";
import { useSearchState } from "./search-state";

interface Props {
  title: string;
  /** Beside the title: the status. */
  badges?: ReactNode;
  actions?: ReactNode;
  /** Where the record is in the application. */
  back: { to: string; label: string };
  tabs?: readonly Tab[];
  tabsLabel?: string;
  children?: ReactNode;
}

/** The frame of a record's screen. The chosen tab is in the address. */
export function Detail({ title, badges, actions, back, tabs, tabsLabel, children }: Props) {
  const [search, setSearch] = useSearchState();
  return (
    <Page title={title} badges={badges} actions={actions} back={back}>
      {children}
      {tabs && (
        <Tabs
          label={tabsLabel ?? ""}
          tabs={tabs}
          value={search.tab ?? tabs[0]?.value ?? ""}
          onChange={(tab) => setSearch({ tab: tab === tabs[0]?.value ? undefined : tab })}
        />
      )}
    </Page>
  );
}
