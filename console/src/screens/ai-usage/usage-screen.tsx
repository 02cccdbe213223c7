import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Page } from "@/app/page";
import periods from "@/generated/values/BudgetPeriod";
import groups from "@/generated/values/UsageBy";
import { CsvButton } from "@/records/csv-button";
import { Loaded } from "@/records/loaded";
import { RecordPicker } from "@/records/record-picker";
import { useSearchState } from "@/records/search-state";
import { Field } from "@/ui/field";
import { Input, Select } from "@/ui/input";
import { UsageReport } from "./usage-report";

const PATH = "/api/v1/usage";

/** What executions have cost: by time, and by prompt, model, key, user or project. */
export function UsageScreen() {
  const { t } = useTranslation("ai-usage");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  useLive(["executions"], () => void queries.invalidateQueries({ queryKey: [PATH] }));
  const per = periods.find((one) => one === search.per) ?? "day";
  const by = groups.find((one) => one === search.by);
  const { from, until, project } = search;
  const query = { per, ...(by ? { by } : {}), ...(from ? { from } : {}), ...(until ? { until } : {}), ...(project ? { project_id: project } : {}) };
  return (
    <Page title={t("title")}>
      <div className="flex flex-wrap items-end gap-3">
        {(["from", "until"] as const).map((name) => (
          <Field key={name} label={t(name)}>
            {(control) => (
              <Input {...control} type="date" value={search[name] ?? ""} onChange={({ target }) => setSearch({ [name]: target.value || undefined })} />
            )}
          </Field>
        ))}
        <Field label={t("per")}>
          {(control) => (
            <Select {...control} value={per} onChange={({ target }) => setSearch({ per: target.value })}>
              {periods.map((one) => <option key={one} value={one}>{t(`periods.${one}`)}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t("by")}>
          {(control) => (
            <Select {...control} value={by ?? ""} onChange={({ target }) => setSearch({ by: target.value || undefined })}>
              <option value="">{t("groups.none")}</option>
              {groups.map((one) => <option key={one} value={one}>{t(`groups.${one}`)}</option>)}
            </Select>
          )}
        </Field>
        {may("project:read") && (
          <Field label={t("project")} className="w-48">
            {(control) => <RecordPicker control={control} kind="project" value={project} onChange={(id) => setSearch({ project: id })} />}
          </Field>
        )}
        <CsvButton path={PATH} params={{ query }} name="usage">
          <Download aria-hidden="true" />
        </CsvButton>
      </div>
      <Loaded path={PATH} params={{ query }}>{({ data }) => <UsageReport rows={data} by={by} />}</Loaded>
    </Page>
  );
}
