import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { CsvButton } from "@/records/csv-button";
import { Loaded } from "@/records/loaded";
import { Score } from "@/screens/evaluations/percent";
import { Card } from "@/ui/card";
import { BarChart } from "@/ui/chart";
import { EmptyState } from "@/ui/empty-state";
import { Table } from "@/ui/table";
import { Count, Time, useLocale } from "@/ui/values";

type Place = components["schemas"]["LeaderboardPlace"];
const PATH = "/api/v1/datasets/{id}/leaderboard";
/** More bars than these are too thin to tell apart. */
const MOST_BARS = 20;

export function Leaderboard({ datasetId, evaluatorId }: { datasetId: string; evaluatorId: string }) {
  const params = { path: { id: datasetId }, query: { evaluator_id: evaluatorId, limit: 100 } };
  return (
    <Loaded path={PATH} params={params}>
      {({ data }) => <Places places={data} csv={<Csv params={params} />} />}
    </Loaded>
  );
}

function Csv({ params }: { params: { path: object; query: object } }) {
  return (
    <CsvButton path={PATH} params={params} name="leaderboard">
      <Download aria-hidden="true" />
    </CsvButton>
  );
}

function Places({ places, csv }: { places: readonly Place[]; csv: React.ReactNode }) {
  const { t } = useTranslation("leaderboards");
  const locale = useLocale();
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  if (places.length === 0) return <EmptyState title={t("empty.title")}>{t("empty.text")}</EmptyState>;
  const name = ({ prompt_name, prompt_version, model_name }: Place) => `${prompt_name}@${prompt_version} · ${model_name}`;
  return (
    <div className="space-y-4">
      <Card title={t("score")}>
        <BarChart
          label={t("plot")}
          x="name"
          points={places.slice(0, MOST_BARS).map((place) => ({ name: name(place), score: place.score }))}
          series={[{ key: "score", label: t("score") }]}
          format={(value) => format.format(value)}
        />
      </Card>
      <Card title={t("places")} actions={csv}>
        <Table
          label={t("places")}
          rows={places}
          rowKey={({ evaluation_id }) => evaluation_id}
          columns={[
            { header: t("rank"), cell: ({ rank }) => <strong><Count value={rank} /></strong>, isNumber: true },
            {
              header: t("prompt"),
              cell: ({ prompt_id, prompt_name, prompt_version }) => (
                <>
                  <Link to="/prompts/$id" params={{ id: prompt_id }} className="text-accent hover:underline">{prompt_name}</Link>{" "}
                  <span className="text-muted">{t("version", { number: prompt_version })}</span>
                </>
              ),
            },
            {
              header: t("model"),
              cell: ({ model_id, model_name }) => (
                <Link to="/models/$id" params={{ id: model_id }} className="text-accent hover:underline">{model_name}</Link>
              ),
            },
            { header: t("score"), cell: ({ score }) => <Score value={score} />, isNumber: true },
            {
              header: t("newest"),
              cell: ({ evaluation_id, evaluated_at }) => (
                <Link to="/evaluations/$id" params={{ id: evaluation_id }} className="text-accent hover:underline"><Time value={evaluated_at} /></Link>
              ),
            },
            { header: t("evaluations"), cell: ({ evaluations }) => <Count value={evaluations} />, isNumber: true },
          ]}
        />
      </Card>
    </div>
  );
}
