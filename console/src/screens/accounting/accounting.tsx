import { useTranslation } from "react-i18next";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Tabs } from "@/ui/tabs";
import { Accounts } from "./accounts";
import { Datev } from "./datev";
import { Entries } from "./entries";

export function Accounting() {
  const { t } = useTranslation("accounting");
  const [search, setSearch] = useSearchState();
  const tabs = [
    { value: "entries", label: t("tabs.entries"), content: <Entries /> },
    { value: "accounts", label: t("tabs.accounts"), content: <Accounts /> },
    { value: "datev", label: t("tabs.datev"), content: <Datev /> },
  ];
  return (
    <Page title={t("title")}>
      <Tabs label={t("title")} tabs={tabs} value={search.tab ?? "entries"} onChange={(tab) => setSearch({ tab: tab === "entries" ? undefined : tab })} />
    </Page>
  );
}
