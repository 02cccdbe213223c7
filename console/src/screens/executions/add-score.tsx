import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { NumberField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/score_execution";
import kinds from "@/generated/values/ScoreKind";
import { Dialog } from "@/ui/dialog";
import { invalidateScores } from "./scores-query";

interface Values {
  name: string;
  kind: (typeof kinds)[number];
  boolean: "true" | "false";
  number: number;
  category: string;
  comment: string;
}

export function AddScore({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("executions");
  async function add({ name, kind, comment, ...given }: Values) {
    const value = kind === "boolean" ? given.boolean === "true" : given[kind];
    const body = { name, value, ...(comment ? { comment } : {}) };
    await answer(api.POST("/api/v1/executions/{id}/scores", { params: { path: { id } }, body }));
    await invalidateScores();
    onClose();
  }
  return (
    <Dialog title={t("scores.add")} onClose={onClose}>
      <Form<Values>
        rules={{
          ...rules,
          number: { required: true, minimum: -1000, maximum: 1000 },
          category: { required: true, maxLength: 64 },
        }}
        values={{ name: "helpful", kind: "boolean", boolean: "true", comment: "" }}
        submit={add}
        action={t("scores.add")}
        onCancel={onClose}
      >
        <p className="text-muted">{t("scores.hint")}</p>
        <TextField name="name" label={t("scores.name")} />
        <SelectField name="kind" label={t("scores.kind")} options={kinds.map((value) => ({ value, label: t(`score_kinds.${value}`) }))} />
        <ValueField />
        <TextAreaField name="comment" label={t("scores.comment")} rows={2} />
      </Form>
    </Dialog>
  );
}

/** Only the shown field counts: the others are unregistered, so their rules are not asked. */
function ValueField() {
  const { t } = useTranslation("executions");
  const kind = useFormContext<Values>().watch("kind");
  if (kind === "number") return <NumberField key={kind} name="number" label={t("scores.value")} step="any" />;
  if (kind === "category") return <TextField key={kind} name="category" label={t("scores.value")} />;
  const options = [{ value: "true", label: t("common:yes") }, { value: "false", label: t("common:no") }];
  return <SelectField key={kind} name="boolean" label={t("scores.value")} options={options} />;
}
