import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import causes from "@/generated/values/WebhookCause";
import statuses from "@/generated/values/WebhookDeliveryStatus";
import { RecordTable } from "@/records/record-table";
import { Subject } from "@/records/subject";
import { EmptyState } from "@/ui/empty-state";
import { Count, Time } from "@/ui/values";
import { DeliveryStatus } from "./delivery-status";
import { resend } from "./resend";

/** The deliveries of a webhook. They are kept for some days after their end. */
export function Deliveries({ webhookId, everyMs }: { webhookId: string; everyMs: number }) {
  const { t } = useTranslation("webhooks");
  const may = useMay();
  return (
    <RecordTable
      id="webhook-deliveries"
      label={t("deliveries.title")}
      path="/api/v1/webhooks/{id}/deliveries"
      params={{ path: { id: webhookId } }}
      everyMs={everyMs}
      rowLink={({ id }) => ({ to: `/webhooks/${webhookId}/deliveries/${id}` as "/" })}
      rowName={({ event, id }) => `${event} …${id.slice(-8)}`}
      columns={[
        { id: "event", header: t("deliveries.event"), cell: ({ event }) => event },
        { id: "status", header: t("status"), cell: ({ status }) => <DeliveryStatus status={status} /> },
        { id: "cause", header: t("deliveries.cause"), cell: ({ cause }) => t(`deliveries.causes.${cause}`) },
        { id: "attempts", header: t("deliveries.attempts"), cell: ({ attempts }) => attempts, isNumber: true },
        { id: "number", header: t("deliveries.number"), cell: ({ number }) => <Count value={number} />, isNumber: true },
        {
          id: "subject",
          header: t("deliveries.subject"),
          cell: ({ subject_kind, subject_id }) => (subject_kind ? <Subject kind={subject_kind} id={subject_id} record={null} /> : "–"),
        },
        { id: "next_attempt_at", header: t("deliveries.next"), cell: ({ next_attempt_at }) => <Time value={next_attempt_at} relative /> },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} relative />, sort: "created_at" },
        { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at", isHidden: true },
      ]}
      filters={[
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`deliveries.statuses.${value}`) },
        { kind: "set", name: "cause", label: t("deliveries.cause"), values: causes, text: (value) => t(`deliveries.causes.${value}`) },
        { kind: "text", name: "event", label: t("deliveries.event") },
        { kind: "days", from: "created_after", until: "created_before", label: t("created") },
      ]}
      bulk={may("webhook:update") ? [{ label: t("resend.action"), question: (count) => t("resend.bulk", { count }), run: resend }] : []}
      empty={
        <EmptyState title={t("deliveries.empty")} example={{ method: "POST", path: `/api/v1/webhooks/${webhookId}/test` }}>
          {t("deliveries.empty_text")}
        </EmptyState>
      }
    />
  );
}
