import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Tabs } from "@/ui/tabs";
import { DeleteAccount } from "./delete-account";
import { Notifications } from "./notifications";
import { Profile } from "./profile";
import { Security } from "./security";
import { Sessions } from "./sessions";

export function AccountScreen() {
  const { t } = useTranslation("account");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const tabs = [
    { value: "profile", isShown: true, content: <Profile /> },
    { value: "security", isShown: true, content: <Security /> },
    { value: "sessions", isShown: true, content: <Sessions /> },
    { value: "notifications", isShown: may("notification:read"), content: <Notifications /> },
    { value: "delete", isShown: true, content: <DeleteAccount /> },
  ];
  return (
    <Page title={t("title")}>
      <Tabs
        label={t("title")}
        tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
        value={search.tab ?? "profile"}
        onChange={(tab) => setSearch({ tab: tab === "profile" ? undefined : tab })}
      />
    </Page>
  );
}
