import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { NumberField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/set_prompt_label";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { invalidatePrompts } from "./labels";

interface Props {
  prompt: components["schemas"]["Prompt"];
  /** The label that is moved; without one, a label is given for the first time. */
  label: components["schemas"]["PromptLabel"] | undefined;
  onClose: () => void;
}

export function MoveLabel({ prompt, label, onClose }: Props) {
  const { t } = useTranslation("prompts");
  const put = async (name: string, version: number) => {
    await answer(api.PUT("/api/v1/prompts/{id}/labels/{label}", { params: { path: { id: prompt.id, label: name } }, body: { version } }));
    await invalidatePrompts();
  };
  async function move(values: { label: string; version: number }) {
    await put(values.label, values.version);
    toast(t("label.toast", { label: values.label, number: values.version }), label && (() => put(label.label, label.version)));
    onClose();
  }
  return (
    <Dialog title={label ? t("label.move_one", { label: label.label }) : t("label.give")} onClose={onClose}>
      <Form
        rules={{ ...rules, label: { required: true, maxLength: 50 }, version: { required: true, minimum: 1, maximum: prompt.versions } }}
        values={{ label: label?.label ?? "", version: prompt.versions }}
        submit={move}
        action={label ? t("label.move") : t("label.give")}
        onCancel={onClose}
      >
        {!label && <TextField name="label" label={t("label.name")} hint={t("label.name_hint")} />}
        <NumberField name="version" label={t("number")} hint={t("label.version_hint", { number: prompt.versions })} />
        {prompt.release_gate && <p className="text-muted">{t("gate.guards", { labels: prompt.protected_labels.join(", ") })}</p>}
      </Form>
    </Dialog>
  );
}
