import { useMutation } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { Subject } from "@/records/subject";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { Count, Time } from "@/ui/values";
import { Attempts } from "./attempts";
import { DeliveryStatus } from "./delivery-status";
import { resend } from "./resend";

const REREAD_MS = 3000;

export function DeliveryDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <Loaded path="/api/v1/webhook-deliveries/{id}" params={{ path: { id } }} everyMs={REREAD_MS}>
      {(delivery) => <Shown delivery={delivery} />}
    </Loaded>
  );
}

function Shown({ delivery }: { delivery: components["schemas"]["WebhookDeliveryDetails"] }) {
  const { t } = useTranslation("webhooks");
  const mayResend = useMay()("webhook:update") && delivery.status !== "pending";
  const navigate = useNavigate();
  const { webhook_id, subject_kind, subject_id } = delivery;
  const resending = useMutation({
    mutationFn: () => resend(delivery),
    onSuccess: ({ id }) => navigate({ to: `/webhooks/${webhook_id}/deliveries/${id}` as "/" }),
  });
  const action = mayResend && (
    <Button busy={resending.isPending} onClick={() => resending.mutate()}>
      <Send aria-hidden="true" />
      {t("resend.action")}
    </Button>
  );
  return (
    <Detail
      title={delivery.event}
      badges={<DeliveryStatus status={delivery.status} />}
      actions={action}
      back={{ to: `/webhooks/${webhook_id}`, label: t("back_to_webhook") }}
    >
      <ProblemAlert error={resending.error} />
      <Card>
        <Properties
          items={[
            [t("deliveries.cause"), t(`deliveries.causes.${delivery.cause}`)],
            [t("deliveries.number"), <Count key="number" value={delivery.number} />],
            [t("deliveries.subject"), subject_kind ? <Subject key="subject" kind={subject_kind} id={subject_id} record={null} /> : "–"],
            [t("deliveries.message_id"), <code key="message" className="text-sm">{delivery.message_id}</code>],
            [t("deliveries.next"), <Time key="next" value={delivery.next_attempt_at} />],
            [t("created"), <Time key="created" value={delivery.created_at} />],
          ]}
        />
      </Card>
      <Attempts log={delivery.log} />
      <CodeBlock label={t("deliveries.body")} code={JSON.stringify(delivery.body, null, 2)} />
    </Detail>
  );
}
