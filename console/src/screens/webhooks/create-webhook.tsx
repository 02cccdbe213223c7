import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { CheckField, TextAreaField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_webhook";
import { Dialog } from "@/ui/dialog";
import { SecretDialog } from "@/ui/secret";
import { EventsField } from "./events-field";
import { headersIn } from "./headers";

interface Values {
  url: string;
  description: string;
  events: string[];
  headers: string;
  enabled: boolean;
}

export function CreateWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const navigate = useNavigate();
  const [created, setCreated] = useState<components["schemas"]["CreatedWebhook"]>();
  async function create(values: Values) {
    const body = filled({ ...values, headers: headersIn(values.headers) });
    setCreated(await answer(api.POST("/api/v1/webhooks", { body })));
  }
  if (created) {
    const leave = () => void navigate({ to: `/webhooks/${created.id}` as "/" });
    return <SecretDialog title={t("created_title")} label={t("secret")} secret={created.secret ?? ""} onClose={leave} />;
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<Values>
        rules={rules}
        values={{ url: "", description: "", events: ["*"], headers: "", enabled: true }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <TextField name="url" type="url" label={t("url")} hint={t("url_hint")} placeholder="https://" />
        <TextAreaField name="description" label={t("description")} rows={2} />
        <EventsField name="events" />
        <TextAreaField name="headers" label={t("headers")} hint={t("headers_hint")} rows={2} />
        <CheckField name="enabled" label={t("enabled")} />
      </Form>
    </Dialog>
  );
}
