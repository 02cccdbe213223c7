import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { ExecutionTable } from "@/screens/executions/execution-table";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Cost, Day, Time, useLocale } from "@/ui/values";
import { BudgetActions } from "./budget-actions";
import { useSpending } from "./budget-list";
import { useScopeName } from "./budget-scope";
import { Spending } from "./spending";

export function BudgetDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useSpending();
  return (
    <Loaded isScreen path="/api/v1/budgets/{id}" params={{ path: { id } }}>
      {(budget) => <Shown budget={budget} />}
    </Loaded>
  );
}

function Shown({ budget }: { budget: components["schemas"]["Budget"] }) {
  const { t } = useTranslation("budgets");
  const may = useMay();
  const locale = useLocale();
  const name = useScopeName(budget);
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const { project_id, prompt_id } = budget;
  const query = { ...(project_id ? { project_id } : {}), ...(prompt_id ? { prompt_id } : {}), created_after: budget.current.starts_on };
  return (
    <Detail title={name} actions={<BudgetActions budget={budget} />} back={{ to: "/budgets", label: t("title") }}>
      <Card title={t("spending")}>
        <div className="space-y-4">
          <Spending budget={budget} />
          <Properties
            items={[
              [t("period"), t(`periods.${budget.period}`)],
              [t("starts_on"), <Day key="starts_on" value={budget.current.starts_on} />],
              [t("spent"), <Cost key="spent" nanoUsd={budget.current.spent_nano_usd} />],
              [t("held_for"), <Cost key="held" nanoUsd={budget.current.reserved_nano_usd} />],
              [t("hard_limit"), <Cost key="limit" nanoUsd={budget.hard_limit_nano_usd} />],
              [t("soft_percent"), percent.format(budget.soft_percent / 100)],
              ...(project_id ? [[t("scopes.project"), <RecordLink key="project" kind="project" id={project_id} />] as const] : []),
              ...(prompt_id ? [[t("scopes.prompt"), <RecordLink key="prompt" kind="prompt" id={prompt_id} />] as const] : []),
              [t("common:record.created"), <Time key="created" value={budget.created_at} />],
              [t("common:record.updated"), <Time key="updated" value={budget.updated_at} />],
            ]}
          />
        </div>
      </Card>
      {/* Executions are not listed by their key. */}
      {may("execution:read") && budget.scope !== "api_key" && (
        <section className="space-y-3">
          <h2 className="font-semibold">{t("executions")}</h2>
          <ExecutionTable id="budget-executions" query={query} />
        </section>
      )}
    </Detail>
  );
}
