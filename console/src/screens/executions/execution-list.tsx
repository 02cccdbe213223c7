import { MessageSquarePlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { CreateExecution } from "./create-execution";
import { ExecutionTable } from "./execution-table";

export function ExecutionList() {
  const { t } = useTranslation("executions");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("execution:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <MessageSquarePlus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <ExecutionTable
        id="executions"
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{
              method: "POST",
              path: "/api/v1/executions",
              body: { model: "fast", messages: [{ role: "user", content: "What is a plinth?" }] },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateExecution onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
