import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Count, Time } from "@/ui/values";
import { Deliveries } from "./deliveries";
import { WebhookActions } from "./webhook-actions";
import { WebhookStatus } from "./webhook-status";

// Deliveries are no events.
const REREAD_MS = 5000;

export function WebhookDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["webhooks"]);
  return (
    <Loaded path="/api/v1/webhooks/{id}" params={{ path: { id } }} everyMs={REREAD_MS}>
      {(webhook) => <Shown webhook={webhook} />}
    </Loaded>
  );
}

function Shown({ webhook }: { webhook: components["schemas"]["WebhookState"] }) {
  const { t } = useTranslation("webhooks");
  return (
    <Detail
      title={webhook.url}
      badges={<WebhookStatus paused={webhook.paused} />}
      actions={<WebhookActions webhook={webhook} />}
      back={{ to: "/webhooks", label: t("title") }}
    >
      <Card>
        <Properties
          items={[
            [t("description"), webhook.description ?? "–"],
            [t("events"), <code key="events" className="text-sm">{webhook.events.join(", ")}</code>],
            [t("headers"), webhook.header_names.join(", ") || "–"],
            [t("secret"), <code key="secret">{webhook.secret_hint}</code>],
            [t("previous_secret"), <Time key="previous" value={webhook.previous_secret_until} />],
            [t("last_number"), <Count key="last" value={webhook.last_number} />],
            [t("pending"), <Count key="pending" value={webhook.pending_deliveries} />],
            [t("failing_since"), <Time key="failing" value={webhook.failing_since} />],
            [t("created"), <Time key="created" value={webhook.created_at} />],
          ]}
        />
      </Card>
      <h2 className="text-lg font-semibold">{t("deliveries.title")}</h2>
      <Deliveries webhookId={webhook.id} everyMs={REREAD_MS} />
    </Detail>
  );
}
