import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { Card } from "@/ui/card";
import { BarChart } from "@/ui/chart";
import { Table } from "@/ui/table";
import { Count, useLocale } from "@/ui/values";
import { Percent, Score } from "./percent";

type Criterion = components["schemas"]["EvaluationCriterion"];

/** What each evaluator has found: as numbers and as bars. */
export function Findings({ criteria }: { criteria: readonly Criterion[] }) {
  const { t } = useTranslation("evaluations");
  const locale = useLocale();
  const names = useQueries({
    queries: criteria.map(({ evaluator_id }) => read("/api/v1/evaluators/{id}", { path: { id: evaluator_id } })),
    combine: (results) => results.map(({ data }, index) => data?.name ?? criteria[index]?.evaluator_id.slice(-8) ?? ""),
  });
  const rows = criteria.map((criterion, index) => ({ ...criterion, name: names[index] ?? "" }));
  const scored = rows.filter(({ score }) => score !== null);
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  return (
    <Card title={t("findings")}>
      <div className="space-y-4">
        <Table
          label={t("findings")}
          rows={rows}
          rowKey={({ evaluator_id }) => evaluator_id}
          columns={[
            {
              header: t("evaluator"),
              cell: ({ evaluator_id, evaluator_number, name }) => (
                <>
                  <Link to="/evaluators/$id" params={{ id: evaluator_id }} className="text-accent hover:underline">{name}</Link>{" "}
                  <span className="text-muted">{t("definition", { number: evaluator_number })}</span>
                </>
              ),
            },
            { header: t("score"), cell: ({ score }) => <strong><Score value={score} /></strong>, isNumber: true },
            { header: t("mean"), cell: ({ mean_score }) => <Score value={mean_score} />, isNumber: true },
            { header: t("pass_rate"), cell: ({ pass_rate }) => <Percent value={pass_rate} />, isNumber: true },
            { header: t("passed"), cell: ({ passed }) => <Count value={passed} />, isNumber: true },
            { header: t("scored"), cell: (row) => <Count value={row.scored} />, isNumber: true },
            { header: t("failed"), cell: ({ failed }) => <Count value={failed} />, isNumber: true },
          ]}
        />
        {scored.length > 0 && (
          <BarChart
            label={t("findings")}
            heightPx={200}
            x="name"
            points={scored.map(({ name, score, pass_rate }) => ({ name, score: score ?? 0, pass_rate: pass_rate ?? 0 }))}
            series={[
              { key: "score", label: t("score") },
              { key: "pass_rate", label: t("pass_rate") },
            ]}
            format={(value) => format.format(value)}
          />
        )}
      </div>
    </Card>
  );
}
