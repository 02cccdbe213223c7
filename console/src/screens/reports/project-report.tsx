import { useTranslation } from "react-i18next";
import { Sums } from "@/business/sums";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { RecordPicker } from "@/records/record-picker";
import { useSearchState } from "@/records/search-state";
import { BarChart } from "@/ui/chart";
import { Field } from "@/ui/field";
import { Table } from "@/ui/table";
import { Money } from "@/ui/values";
import { axisMoney, currenciesOf, major } from "./amounts";
import { Controls, CurrencyControl } from "./controls";
import { ReportFiles } from "./report-files";

type Row = components["schemas"]["ProjectFinances"];

const PATH = "/api/v1/projects/{id}/finances";
const VALUES = ["agreed", "ordered", "invoiced", "credited", "due", "paid", "open", "costs", "costs_open"] as const;

/** The finances of a project, as they are now. */
export function ProjectReport() {
  const { t } = useTranslation("reports");
  const [search, setSearch] = useSearchState();
  const id = search.project_id;
  return (
    <>
      <Controls>
        <Field label={t("project")} className="w-72">
          {(control) => <RecordPicker control={control} kind="project" value={id} onChange={(chosen) => setSearch({ project_id: chosen })} />}
        </Field>
        {id && <ReportFiles path={PATH} params={{ path: { id } }} body={{ report: "project_finances", format: "csv", project_id: id }} />}
      </Controls>
      {id ? (
        <Loaded path={PATH} params={{ path: { id } }}>
          {({ data }) => (data.length === 0 ? <p className="text-muted">{t("nothing")}</p> : <Shown rows={data} />)}
        </Loaded>
      ) : (
        <p className="text-muted">{t("choose_project")}</p>
      )}
    </>
  );
}

function Shown({ rows }: { rows: Row[] }) {
  const { t, i18n } = useTranslation("reports");
  const [search] = useSearchState();
  const currencies = currenciesOf(rows);
  const row = rows.find(({ currency }) => currency === search.currency) ?? rows[0];
  if (!row) return null;
  return (
    <div className="space-y-4">
      <CurrencyControl currencies={currencies} />
      <Sums items={(["invoiced", "costs", "open"] as const).map((value) => [t(`finances.${value}`), <Money key={value} value={row[value]} />])} />
      <BarChart
        label={t("charts.project")}
        x="value"
        series={[{ key: "amount", label: row.currency }]}
        points={VALUES.map((value) => ({ value: t(`finances.${value}`), amount: major(row[value]) }))}
        format={axisMoney(row.currency, i18n.language)}
      />
      <Table
        label={t("tabs.project")}
        rows={rows}
        rowKey={({ currency }) => currency}
        columns={[
          { header: t("business:currency"), cell: ({ currency }) => currency },
          ...VALUES.map((value) => ({ header: t(`finances.${value}`), isNumber: true, cell: (of: Row) => <Money value={of[value]} /> })),
        ]}
      />
    </div>
  );
}
