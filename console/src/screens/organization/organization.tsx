import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Page } from "@/app/page";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { Tabs } from "@/ui/tabs";
import { Accounting } from "./accounting";
import { Data } from "./data";
import { Dunning } from "./dunning";
import { General } from "./general";
import { Policies } from "./policies";
import { Seller } from "./seller";
import type { Organization } from "./settings";
import { SignOn } from "./sign-on";
import { Support } from "./support";
import { Usage } from "./usage";

export function OrganizationScreen() {
  const { t } = useTranslation("organization");
  useLive(["organization"]);
  return (
    <Page title={t("title")}>
      <Loaded path="/api/v1/organization">{(organization) => <Parts organization={organization} />}</Loaded>
    </Page>
  );
}

function Parts({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const tabs = [
    { value: "general", isShown: true, content: <General organization={organization} /> },
    { value: "seller", isShown: true, content: <Seller organization={organization} /> },
    { value: "accounting", isShown: true, content: <Accounting organization={organization} /> },
    { value: "dunning", isShown: true, content: <Dunning organization={organization} /> },
    { value: "policies", isShown: true, content: <Policies organization={organization} /> },
    { value: "usage", isShown: true, content: <Usage organization={organization} /> },
    { value: "sign_on", isShown: may("sso:read"), content: <SignOn /> },
    { value: "support", isShown: may("support_access:read"), content: <Support /> },
    { value: "data", isShown: may("organization:export") || may("organization:erase"), content: <Data organization={organization} /> },
  ];
  return (
    <Tabs
      label={t("title")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
      value={search.tab ?? "general"}
      onChange={(tab) => setSearch({ tab: tab === "general" ? undefined : tab })}
    />
  );
}
