import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { NumberField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_document_link";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Actions, Dialog } from "@/ui/dialog";
import { fromLocal, toLocal } from "./link-state";
import { rereadLinks } from "./links";

type NewLink = components["schemas"]["NewDocumentLink"];

const WEEK_MS = 7 * 86_400_000;
const { expires_at: _, ...known } = rules;

export function CreateLink({ documentId, onClose }: { documentId: string; onClose: () => void }) {
  const { t } = useTranslation("documents");
  const [url, setUrl] = useState<string>();
  async function create(values: NewLink) {
    const body = filled({ ...values, document_id: documentId, expires_at: fromLocal(values.expires_at) });
    const link = await answer(api.POST("/api/v1/document-links", { body }));
    await rereadLinks();
    if (link.url) setUrl(new URL(link.url, location.origin).href);
    else onClose();
  }
  return (
    <Dialog title={t("links.create")} onClose={onClose}>
      {url ? (
        <div className="space-y-3">
          <p>{t("links.made")}</p>
          <CodeBlock label={t("links.url")} code={url} />
          <Actions>
            <Button kind="primary" onClick={onClose}>{t("common:close")}</Button>
          </Actions>
        </div>
      ) : (
        <Form<NewLink>
          rules={known}
          values={{ label: "", expires_at: toLocal(Date.now() + WEEK_MS), password: "" }}
          submit={create}
          action={t("common:create")}
          onCancel={onClose}
        >
          <LinkFields />
          <TextField name="password" type="password" autoComplete="new-password" label={t("links.password")} hint={t("links.password_hint")} />
        </Form>
      )}
    </Dialog>
  );
}

/** What can be changed later, too. */
export function LinkFields() {
  const { t } = useTranslation("documents");
  return (
    <>
      <TextField name="label" label={t("links.label")} hint={t("links.label_hint")} />
      <TextField name="expires_at" type="datetime-local" label={t("links.expires_at")} hint={t("links.expires_hint")} required />
      <NumberField name="max_downloads" label={t("links.max_downloads")} hint={t("links.max_hint")} step={1} />
    </>
  );
}
