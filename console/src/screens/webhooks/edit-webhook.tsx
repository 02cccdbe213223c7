import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { CheckField, TextAreaField, TextField } from "@/forms/fields";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_webhook";
import { ChangeDialog } from "@/records/change-dialog";
import { EventsField } from "./events-field";
import { headersIn } from "./headers";

type State = components["schemas"]["WebhookState"];

export function EditWebhook({ webhook, onClose }: { webhook: State; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const path = { id: webhook.id };
  const hasHeaders = webhook.header_names.length > 0;
  return (
    <ChangeDialog<State>
      title={t("edit")}
      size="wide"
      record={webhook}
      labels={{ url: t("url"), description: t("description"), events: t("events"), headers: t("headers") }}
      rules={rules}
      values={({ url, description, events }) => ({ url, description: description ?? "", events, replaces_headers: false, headers: "" })}
      fields={({ replaces_headers, headers, ...fields }) => ({
        ...fields,
        ...(replaces_headers ? { headers: headersIn(headers as string) } : {}),
      })}
      current={() => queries.fetchQuery({ ...read("/api/v1/webhooks/{id}", { path }), staleTime: 0 })}
      send={async (body, version) => {
        await answer(api.PATCH("/api/v1/webhooks/{id}", { params: { path, header: ifMatch({ version }) }, body }));
        await queries.invalidateQueries(read("/api/v1/webhooks/{id}", { path }));
      }}
      onClose={onClose}
    >
      <TextField name="url" type="url" label={t("url")} hint={t(hasHeaders ? "url_headers_hint" : "url_hint")} />
      <TextAreaField name="description" label={t("description")} rows={2} />
      <EventsField name="events" />
      <Headers names={webhook.header_names} />
    </ChangeDialog>
  );
}

/** Values of headers are never shown, so they are replaced as a whole or stay. */
function Headers({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("webhooks");
  const isReplaced = useFormContext<{ replaces_headers: boolean }>().watch("replaces_headers");
  return (
    <>
      <CheckField
        name="replaces_headers"
        label={t("replace_headers")}
        hint={names.length > 0 ? t("headers_now", { names: names.join(", ") }) : t("no_headers")}
      />
      {isReplaced && <TextAreaField name="headers" label={t("headers")} hint={t("headers_hint")} rows={3} />}
    </>
  );
}
