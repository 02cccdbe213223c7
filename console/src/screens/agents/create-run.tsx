import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { SelectField, TextAreaField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { UsdField } from "@/forms/usd-field";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_agent_run";
import graphs from "@/generated/values/AgentGraphLabel";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { parseUsd } from "@/ui/usd";

interface Values {
  graph: components["schemas"]["AgentGraphLabel"];
  model: string;
  input: { question: string; document_id: string };
  spending_limit_nano_usd: string;
}

/** The field of the input that a graph takes. */
const INPUTS = { document_qa: "question", invoice_reader: "document_id" } as const;

export function CreateRun({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("agents");
  const navigate = useNavigate();
  async function create({ graph, model, input, spending_limit_nano_usd }: Values) {
    const limit = parseUsd(spending_limit_nano_usd);
    const field = INPUTS[graph];
    const body = { graph, model, input: { [field]: input[field] }, ...(limit === undefined ? {} : { spending_limit_nano_usd: limit }) };
    const { id } = await answer(api.POST("/api/v1/agents/runs", { body }));
    await navigate({ to: "/agent-runs/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<Values>
        rules={{ ...rules, spending_limit_nano_usd: {}, "input.question": { required: true, maxLength: 4000 }, "input.document_id": { required: true } }}
        values={{ graph: "document_qa", model: "", input: { question: "", document_id: "" }, spending_limit_nano_usd: "" }}
        submit={create}
        action={t("start")}
        onCancel={onClose}
      >
        <SelectField name="graph" label={t("graph")} options={graphs.map((value) => ({ value, label: t(`graphs.${value}`) }))} />
        <InputField />
        <ModelField />
        <UsdField name="spending_limit_nano_usd" label={t("spending_limit")} hint={t("spending_limit_hint")} />
      </Form>
    </Dialog>
  );
}

function InputField() {
  const { t } = useTranslation("agents");
  const graph = useFormContext<Values>().watch("graph");
  return (
    <>
      <p className="text-muted">{t(`explained.${graph}`)}</p>
      {graph === "document_qa" ? (
        <TextAreaField name="input.question" label={t("question_field")} rows={3} />
      ) : (
        <RecordField name="input.document_id" kind="document" label={t("document")} />
      )}
    </>
  );
}

const MOST = 200;

/** A run names its model, or a prompt as `prompt:NAME`. */
function ModelField() {
  const { t } = useTranslation("agents");
  const may = useMay();
  const models = useQuery(read("/api/v1/models", { query: { kind: ["chat"], status: ["active"], limit: MOST } }));
  const prompts = useQuery({ ...read("/api/v1/prompts", { query: { is_active: true, limit: MOST } }), enabled: may("prompt:read") });
  const options = [
    ...(models.data?.data ?? []).map(({ name }) => ({ value: name, label: name })),
    ...(prompts.data?.data ?? []).map(({ name }) => ({ value: `prompt:${name}`, label: t("prompt", { name }) })),
  ];
  return <SelectField name="model" label={t("model")} options={options} none={t("choose_model")} />;
}
