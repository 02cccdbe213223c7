import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay, useMe } from "@/api/session";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { AddScore } from "./add-score";
import { ScoreValue } from "./score-value";
import { invalidateScores } from "./scores-query";

/** What persons, keys and evaluators think of an execution. */
export function Scores({ id }: { id: string }) {
  const { t } = useTranslation("executions");
  const may = useMay();
  const { user } = useMe();
  const [search, setSearch] = useSearchState();
  const close = () => setSearch({ dialog: undefined, score: undefined });
  const add = may("execution:score") && (
    <Button onClick={() => setSearch({ dialog: "score" })}>
      <Plus aria-hidden="true" />
      {t("scores.add")}
    </Button>
  );
  const remove = async (name: string) => {
    await answer(api.DELETE("/api/v1/executions/{id}/scores/{name}", { params: { path: { id, name } } }));
    await invalidateScores();
  };
  const isOwn = ({ author_id }: components["schemas"]["Score"]) => author_id === user.id && may("execution:score");
  return (
    <div className="space-y-3">
      <div className="flex justify-end">{add}</div>
      <RecordTable
        id="scores"
        prefix="scores_"
        label={t("scores.title")}
        path="/api/v1/executions/{id}/scores"
        params={{ path: { id } }}
        topics={["executions"]}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("scores.name"), cell: ({ name }) => name },
          { id: "value", header: t("scores.value"), cell: ({ value }) => <ScoreValue value={value} /> },
          { id: "comment", header: t("scores.comment"), cell: ({ comment }) => <span className="whitespace-pre-wrap wrap-anywhere">{comment}</span> },
          {
            id: "author",
            header: t("scores.author"),
            cell: ({ source, author_id }) => (source === "person" ? <RecordLink kind="user" id={author_id} /> : t(`sources.${source}`)),
          },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative /> },
          {
            id: "remove",
            header: t("scores.actions"),
            cell: (score) =>
              isOwn(score) && (
                <Button size="small" onClick={() => setSearch({ dialog: "remove_score", score: score.name })}>{t("common:remove")}</Button>
              ),
          },
        ]}
        empty={
          <EmptyState
            title={t("scores.empty")}
            example={{ method: "POST", path: `/api/v1/executions/${id}/scores`, body: { name: "helpful", value: true } }}
          />
        }
      />
      {search.dialog === "score" && <AddScore id={id} onClose={close} />}
      {search.dialog === "remove_score" && search.score && (
        <Confirm title={t("scores.remove")} action={t("common:remove")} run={() => remove(search.score ?? "")} onClose={close}>
          <p>{t("scores.remove_text", { name: search.score })}</p>
        </Confirm>
      )}
    </div>
  );
}
