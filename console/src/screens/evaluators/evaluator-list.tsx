import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import kinds from "@/generated/values/EvaluatorKind";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Count, Time } from "@/ui/values";
import { CreateEvaluator } from "./create-evaluator";

export function EvaluatorList() {
  const { t } = useTranslation("evaluators");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("evaluator:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="evaluators"
        label={t("title")}
        path="/api/v1/evaluators"
        topics={["evaluators"]}
        rowLink={({ id }) => ({ to: "/evaluators/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "kind", header: t("kind"), cell: ({ definition }) => <Badge>{t(`kinds.${definition.kind}`)}</Badge> },
          { id: "number", header: t("number"), cell: ({ number }) => <Count value={number} />, isNumber: true },
          { id: "description", header: t("description"), cell: ({ description }) => <span className="line-clamp-2 wrap-anywhere">{description}</span> },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, isHidden: true },
        ]}
        filters={[
          { kind: "set", name: "kind", label: t("kind"), values: kinds, text: (value) => t(`kinds.${value}`) },
          { kind: "text", name: "name", label: t("name_exact") },
        ]}
        bulk={
          may("evaluator:delete")
            ? [
                {
                  label: t("remove.title"),
                  question: (count) => t("remove.bulk", { count }),
                  isDangerous: true,
                  run: (evaluator) =>
                    answer(api.DELETE("/api/v1/evaluators/{id}", { params: { path: { id: evaluator.id }, header: ifMatch(evaluator) } })),
                },
              ]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{
              method: "POST",
              path: "/api/v1/evaluators",
              body: { name: "Names the day", definition: { kind: "contains", ignore_case: true } },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateEvaluator onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
