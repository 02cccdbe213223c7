import { useTranslation } from "react-i18next";
import { Loaded } from "@/records/loaded";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { BarChart } from "@/ui/chart";
import { Progress } from "@/ui/progress";
import { Properties } from "@/ui/properties";
import { Table } from "@/ui/table";
import { Bytes, Cost, Count, Day, useLocale } from "@/ui/values";
import type { components } from "@/generated/api";
import type { Organization } from "./settings";

type Limit = components["schemas"]["OrganizationLimit"];

/** What the plan allows, and what is and was used of it. */
export function Usage({ organization }: { organization: Organization }) {
  return (
    <Loaded path="/api/v1/organization/usage">
      {({ plan, limits, months }) => (
        <div className="space-y-4">
          <Plan plan={plan} organization={organization} limits={limits} />
          <History months={months} />
        </div>
      )}
    </Loaded>
  );
}

function Plan({ plan, organization, limits }: { plan: string; organization: Organization; limits: readonly Limit[] }) {
  const { t } = useTranslation("organization");
  return (
    <Card title={t("usage.plan")}>
      <Properties
        items={[
          [t("usage.plan"), plan],
          [t("usage.billing_reference"), organization.billing_reference ?? "–"],
        ]}
      />
      <div className="mt-4">
        <Table
          label={t("usage.limits")}
          rows={limits}
          rowKey={({ limit }) => limit}
          columns={[
            { header: t("usage.limit"), cell: ({ limit, near }) => <>{t(`limits.${limit}`)} {near && <Badge tone="warn">{t("usage.near")}</Badge>}</> },
            { header: t("usage.used"), cell: ({ limit, used }) => <Amount limit={limit} value={used} />, isNumber: true },
            { header: t("usage.allowed"), cell: ({ limit, allowed }) => (allowed === null ? t("usage.unlimited") : <Amount limit={limit} value={allowed} />), isNumber: true },
            { header: t("usage.share"), cell: ({ limit, used, allowed }) => allowed !== null && <Progress label={t(`limits.${limit}`)} value={used} max={allowed} className="min-w-32" /> },
            { header: t("usage.since"), cell: ({ period_starts_on }) => <Day value={period_starts_on} /> },
          ]}
        />
      </div>
    </Card>
  );
}

function Amount({ limit, value }: { limit: Limit["limit"]; value: number }) {
  if (limit === "storage_bytes") return <Bytes value={value} />;
  if (limit === "ai_nano_usd_per_month") return <Cost nanoUsd={value} />;
  return <Count value={value} />;
}

function History({ months }: { months: readonly components["schemas"]["OrganizationMonth"][] }) {
  const { t } = useTranslation("organization");
  const locale = useLocale();
  const month = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
  const nameOf = (day: string) => month.format(new Date(day));
  const points = months.map(({ starts_on, api_calls, executions }) => ({ month: nameOf(starts_on), api_calls, executions })).reverse();
  return (
    <Card title={t("usage.history")}>
      {months.length === 0 ? (
        <p className="text-muted">{t("usage.none")}</p>
      ) : (
        <div className="space-y-4">
          <BarChart label={t("usage.history")} points={points} x="month" series={[{ key: "api_calls", label: t("usage.api_calls") }, { key: "executions", label: t("usage.executions") }]} />
          <Table
            label={t("usage.history")}
            rows={months}
            rowKey={({ starts_on }) => starts_on}
            columns={[
              { header: t("usage.month"), cell: ({ starts_on }) => nameOf(starts_on) },
              { header: t("usage.api_calls"), cell: ({ api_calls }) => <Count value={api_calls} />, isNumber: true },
              { header: t("usage.executions"), cell: ({ executions }) => <Count value={executions} />, isNumber: true },
              { header: t("usage.ai"), cell: ({ ai_nano_usd }) => <Cost nanoUsd={ai_nano_usd} />, isNumber: true },
            ]}
          />
        </div>
      )}
    </Card>
  );
}
