import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { CreateEvaluation } from "./create-evaluation";
import { EvaluationTable } from "./evaluation-table";

export function EvaluationList() {
  const { t } = useTranslation("evaluations");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("evaluation:create") && may("execution:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <EvaluationTable
        id="evaluations"
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{ method: "POST", path: "/api/v1/evaluations", body: { prompt_id: "…", dataset_id: "…", evaluator_ids: ["…"] } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateEvaluation onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
