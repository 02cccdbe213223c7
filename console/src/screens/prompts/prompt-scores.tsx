import { useTranslation } from "react-i18next";
import { Download } from "lucide-react";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { CsvButton } from "@/records/csv-button";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { BarChart } from "@/ui/chart";
import { EmptyState } from "@/ui/empty-state";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Table } from "@/ui/table";
import { Count, useLocale } from "@/ui/values";
import { meansByVersion } from "./score-means";

type Score = components["schemas"]["PromptScore"];
const PATH = "/api/v1/prompts/{id}/scores";

/** The scores of the executions of a prompt, added up by version. */
export function PromptScores({ id }: { id: string }) {
  const { t } = useTranslation("prompts");
  const [search, setSearch] = useSearchState();
  useLive(["executions"]);
  const { from, until } = search;
  const params = { path: { id }, query: { ...(from ? { from } : {}), ...(until ? { until } : {}) } };
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end gap-3">
        {(["from", "until"] as const).map((name) => (
          <Field key={name} label={t(`scores.${name}`)}>
            {(control) => (
              <Input {...control} type="date" value={search[name] ?? ""} onChange={({ target }) => setSearch({ [name]: target.value || undefined })} />
            )}
          </Field>
        ))}
        <CsvButton path={PATH} params={params} name="scores">
          <Download aria-hidden="true" />
        </CsvButton>
      </div>
      <Loaded path={PATH} params={params}>{({ data }) => <Shown scores={data} />}</Loaded>
    </div>
  );
}

function Shown({ scores }: { scores: readonly Score[] }) {
  const { t } = useTranslation("prompts");
  const locale = useLocale();
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const { points, names } = meansByVersion(scores);
  if (scores.length === 0) return <EmptyState title={t("scores.empty")}>{t("scores.empty_text")}</EmptyState>;
  return (
    <>
      {points.length > 0 && (
        <BarChart
          label={t("scores.plot")}
          points={points.map((point) => ({ ...point, version: t("version", { number: point.version }) }))}
          x="version"
          series={names.map((name) => ({ key: name, label: name }))}
          format={(value) => format.format(value)}
        />
      )}
      <Table
        label={t("tabs.scores")}
        rows={scores}
        rowKey={({ prompt_version, name, kind, category }) => `${prompt_version} ${name} ${kind} ${category}`}
        columns={[
          { header: t("number"), cell: ({ prompt_version }) => <Count value={prompt_version} />, isNumber: true },
          { header: t("scores.name"), cell: ({ name }) => name },
          { header: t("scores.category"), cell: ({ category, kind }) => category ?? t(`executions:score_kinds.${kind}`) },
          { header: t("scores.count"), cell: ({ count }) => <Count value={count} />, isNumber: true },
          { header: t("scores.mean"), cell: ({ mean }) => (mean === null ? "–" : format.format(mean)), isNumber: true },
        ]}
      />
    </>
  );
}
