import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { TextAreaField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_prompt";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { listOf } from "./lists";
import { VersionFields } from "./version-fields";
import { NEW_VERSION, versionBody, type VersionValues } from "./version-values";

interface Values extends VersionValues {
  name: string;
  description: string;
  tags: string;
}

export function CreatePrompt({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("prompts");
  const navigate = useNavigate();
  async function create({ name, description, tags, ...version }: Values) {
    const body = { ...filled({ name, description, tags: listOf(tags) }), ...versionBody(version) };
    const made = await answer(api.POST("/api/v1/prompts", { body }));
    toast(t("created_toast", { name: made.name }));
    await navigate({ to: "/prompts/$id", params: { id: made.id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<Values>
        rules={rules}
        values={{ ...NEW_VERSION, name: "", description: "", tags: "" }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="name" label={t("name")} hint={t("name_hint")} />
          <TextField name="tags" label={t("tags")} hint={t("list_hint")} />
        </div>
        <TextAreaField name="description" label={t("description")} rows={2} />
        <VersionFields />
      </Form>
    </Dialog>
  );
}
