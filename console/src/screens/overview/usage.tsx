import { useTranslation } from "react-i18next";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { SparkBars } from "@/ui/spark-bars";
import { Table } from "@/ui/table";
import { Cost, Count, useLocale } from "@/ui/values";

/** What the organization has used: by day as a chart, by month as a table. */
export function Usage() {
  const { t } = useTranslation("overview");
  const locale = useLocale();
  const dayName = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric", timeZone: "UTC" });
  const monthName = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
  return (
    <Card title={t("usage.title")}>
      <Loaded path="/api/v1/organization/usage">
        {({ days, months }) => (
          <div className="space-y-4">
            <SparkBars
              label={t("usage.by_day")}
              points={days.map(({ day, api_calls }) => ({ name: dayName.format(new Date(day)), value: api_calls }))}
            />
            <Table
              label={t("usage.title")}
              rows={months}
              rowKey={({ starts_on }) => starts_on}
              columns={[
                { header: t("usage.month"), cell: ({ starts_on }) => monthName.format(new Date(starts_on)) },
                { header: t("usage.api_calls"), cell: ({ api_calls }) => <Count value={api_calls} />, isNumber: true },
                { header: t("usage.executions"), cell: ({ executions }) => <Count value={executions} />, isNumber: true },
                { header: t("usage.ai"), cell: ({ ai_nano_usd }) => <Cost nanoUsd={ai_nano_usd} />, isNumber: true },
              ]}
            />
          </div>
        )}
      </Loaded>
    </Card>
  );
}
