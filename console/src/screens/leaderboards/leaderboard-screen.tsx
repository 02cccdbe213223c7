import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { Page } from "@/app/page";
import { RecordPicker } from "@/records/record-picker";
import { useSearchState } from "@/records/search-state";
import { EmptyState } from "@/ui/empty-state";
import { Field } from "@/ui/field";
import { Leaderboard } from "./leaderboard";

/** Chooses the dataset and the evaluator by which versions of prompts are ranked. */
export function LeaderboardScreen() {
  const { t } = useTranslation("leaderboards");
  const [search, setSearch] = useSearchState();
  useLive(["evaluations"]);
  const { dataset, evaluator } = search;
  return (
    <Page title={t("title")}>
      <div className="grid gap-4 sm:max-w-2xl sm:grid-cols-2">
        <Field label={t("dataset")}>
          {(control) => <RecordPicker control={control} kind="dataset" value={dataset} onChange={(id) => setSearch({ dataset: id })} />}
        </Field>
        <Field label={t("evaluator")}>
          {(control) => <RecordPicker control={control} kind="evaluator" value={evaluator} onChange={(id) => setSearch({ evaluator: id })} />}
        </Field>
      </div>
      {dataset && evaluator ? (
        <Leaderboard datasetId={dataset} evaluatorId={evaluator} />
      ) : (
        <EmptyState title={t("choose.title")} example={{ method: "GET", path: "/api/v1/datasets/…/leaderboard?evaluator_id=…" }}>
          {t("choose.text")}
        </EmptyState>
      )}
    </Page>
  );
}
