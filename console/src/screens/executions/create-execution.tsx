import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import { JsonField } from "@/forms/json-field";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_execution";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { type Message, MessagesField } from "./messages-field";
import { MORE_RULES, MoreFields, type MoreValues, moreOf, NO_MORE } from "./more-fields";

type Body = components["schemas"]["ExecutionBody"];
interface Values extends MoreValues {
  model_id: string;
  messages: Message[];
  parameters: string;
}

/** Asks a model without a prompt. The answer comes on the screen of the execution. */
export function CreateExecution({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("executions");
  const navigate = useNavigate();
  async function create(values: Values) {
    const { model_id, messages, parameters } = values;
    const body = filled({ model_id, messages, parameters: parseJson(parameters), ...moreOf(values) }) as unknown as Body;
    const { id } = await answer(api.POST("/api/v1/executions", { params: { header: { Prefer: "wait=0" } }, body }));
    await navigate({ to: "/executions/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<Values>
        rules={{ ...rules, ...MORE_RULES, model_id: { required: true }, "messages.*.content": { required: true } }}
        values={{ model_id: "", messages: [{ role: "user", content: "" }], parameters: "", ...NO_MORE }}
        submit={create}
        action={t("ask")}
        onCancel={onClose}
      >
        <RecordField name="model_id" kind="model" label={t("model")} query={{ kind: ["chat"], status: ["active"] }} />
        <MessagesField label={t("messages")} />
        <details>
          <summary className="font-medium">{t("more")}</summary>
          <div className="mt-3 space-y-4">
            <JsonField name="parameters" label={t("parameters")} hint={t("parameters_hint")} rows={3} />
            <MoreFields />
          </div>
        </details>
      </Form>
    </Dialog>
  );
}
