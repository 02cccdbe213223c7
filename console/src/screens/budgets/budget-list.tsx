import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Page } from "@/app/page";
import periods from "@/generated/values/BudgetPeriod";
import scopes from "@/generated/values/BudgetScope";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time, useLocale } from "@/ui/values";
import { ScopeName } from "./budget-scope";
import { CreateBudget } from "./create-budget";
import { Spending } from "./spending";

/** Executions change what a period has cost. */
export const useSpending = () =>
  useLive(["executions", "budgets"], () =>
    void queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/budgets") }),
  );

export function BudgetList() {
  const { t } = useTranslation("budgets");
  const may = useMay();
  const locale = useLocale();
  const [search, setSearch] = useSearchState();
  useSpending();
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const create = may("budget:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="budgets"
        label={t("title")}
        path="/api/v1/budgets"
        rowLink={({ id }) => ({ to: "/budgets/$id", params: { id } })}
        rowName={({ id }) => id}
        columns={[
          { id: "scope", header: t("scope"), cell: (budget) => <ScopeName budget={budget} /> },
          { id: "period", header: t("period"), cell: ({ period }) => t(`periods.${period}`) },
          { id: "spending", header: t("spending"), cell: (budget) => <Spending budget={budget} /> },
          { id: "soft_percent", header: t("soft_percent"), cell: ({ soft_percent }) => percent.format(soft_percent / 100), isNumber: true },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "set", name: "scope", label: t("scope"), values: scopes, text: (value) => t(`scopes.${value}`) },
          { kind: "set", name: "period", label: t("period"), values: periods, text: (value) => t(`periods.${value}`) },
        ]}
        bulk={
          may("budget:delete")
            ? [
                {
                  label: t("remove.title"),
                  question: (count) => t("remove.bulk", { count }),
                  isDangerous: true,
                  run: (budget) => answer(api.DELETE("/api/v1/budgets/{id}", { params: { path: { id: budget.id }, header: ifMatch(budget) } })),
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
              path: "/api/v1/budgets",
              body: { scope: "organization", period: "month", hard_limit_nano_usd: 50_000_000_000 },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateBudget onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
