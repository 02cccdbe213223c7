import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Tabs } from "@/ui/tabs";
import { ProjectReport } from "./project-report";
import { Receivables } from "./receivables";
import { Revenue } from "./revenue";
import { Vat } from "./vat";

/** The reports. Their days and groups are in the address. */
export function Reports() {
  const { t } = useTranslation("reports");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const tabs = [
    { value: "receivables", isShown: true, content: <Receivables /> },
    { value: "revenue", isShown: true, content: <Revenue /> },
    { value: "vat", isShown: true, content: <Vat /> },
    { value: "project", isShown: may("project:read"), content: <ProjectReport /> },
  ];
  return (
    <Page title={t("title")}>
      <Tabs
        label={t("title")}
        tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
        value={search.tab ?? "receivables"}
        onChange={(tab) => setSearch({ tab: tab === "receivables" ? undefined : tab })}
      />
    </Page>
  );
}
