import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { NumberField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/replay_webhook";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";

interface Values {
  after: number;
  until?: number;
}

/** Sends events of a range again, a thousand with each request until the range ends. */
export function ReplayEvents({ webhook, onClose }: { webhook: components["schemas"]["WebhookState"]; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const [count, setCount] = useState<number>();
  async function replay({ after, until }: Values) {
    const params = { path: { id: webhook.id } };
    let sent = 0;
    for (let begin = after; ; ) {
      const body = { after: begin, ...(until ? { until } : {}) };
      const { events, has_more, last_number } = await answer(api.POST("/api/v1/webhooks/{id}/replay", { params, body }));
      sent += events;
      begin = last_number;
      if (!has_more) break;
    }
    setCount(sent);
    await queries.invalidateQueries({ queryKey: ["/api/v1/webhooks/{id}/deliveries"] });
  }
  return (
    <Dialog title={t("replay.title")} onClose={onClose}>
      {count === undefined ? (
        <Form<Values>
          rules={rules}
          values={{ after: Math.max(webhook.last_number - 1, 0) }}
          submit={replay}
          action={t("replay.action")}
          onCancel={onClose}
        >
          <p>{t("replay.text", { number: webhook.last_number })}</p>
          <NumberField name="after" label={t("replay.after")} />
          <NumberField name="until" label={t("replay.until")} hint={t("replay.until_hint")} />
        </Form>
      ) : (
        <>
          <p role="status">{t("replay.done", { count })}</p>
          <Actions>
            <Button kind="primary" onClick={onClose}>{t("common:close")}</Button>
          </Actions>
        </>
      )}
    </Dialog>
  );
}
