import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Table } from "@/ui/table";
import { Count, Time } from "@/ui/values";

/** The attempts of a delivery: what the server has answered, or why there is no answer. */
export function Attempts({ log }: { log: readonly components["schemas"]["WebhookAttempt"][] }) {
  const { t } = useTranslation("webhooks");
  return (
    <Card title={t("deliveries.attempts")}>
      {log.length === 0 ? (
        <p className="text-muted">{t("deliveries.no_attempt")}</p>
      ) : (
        <Table
          label={t("deliveries.attempts")}
          rows={log}
          rowKey={({ number }) => number}
          columns={[
            { header: t("attempt.number"), cell: ({ number }) => number, isNumber: true },
            { header: t("attempt.at"), cell: ({ at }) => <Time value={at} /> },
            {
              header: t("attempt.status"),
              cell: ({ status }) =>
                status === null ? "–" : <Badge tone={status >= 200 && status < 300 ? "good" : "bad"}>{status}</Badge>,
            },
            { header: t("attempt.duration"), cell: ({ duration_ms }) => <><Count value={duration_ms} /> ms</>, isNumber: true },
            {
              header: t("attempt.answer"),
              cell: ({ answer, error }) => <pre className="max-h-40 overflow-y-auto text-sm whitespace-pre-wrap wrap-anywhere">{error ?? (answer || "–")}</pre>,
            },
          ]}
        />
      )}
    </Card>
  );
}
