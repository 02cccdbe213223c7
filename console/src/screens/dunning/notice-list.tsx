import { PlayCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { DunningRun } from "./dunning-run";
import { NoticeTable } from "./notice-table";

export function NoticeList() {
  const { t } = useTranslation("dunning");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const run = may("invoice:dun") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "run" })}>
      <PlayCircle aria-hidden="true" />
      {t("run.title")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={run}>
      <NoticeTable actions={run} />
      {search.dialog === "run" && <DunningRun onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
