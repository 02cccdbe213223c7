import { useTranslation } from "react-i18next";
import { answer as answered, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { Form } from "@/forms/form";
import { JsonField } from "@/forms/json-field";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/resume_agent_run";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { toast } from "@/ui/toast";
import { type InvoiceQuestion, InvoiceAnswer } from "./invoice-answer";

interface Props {
  run: components["schemas"]["AgentRun"];
  question: components["schemas"]["AgentQuestion"];
}

/** What a waiting run asks a person, and the answer with which it goes on. */
export function Question({ run, question }: Props) {
  const { t } = useTranslation("agents");
  const may = useMay();
  const path = { id: run.id };
  async function resume(answer: object) {
    const body = { question_id: question.id, answer: answer as Record<string, unknown> };
    await answered(api.POST("/api/v1/agents/runs/{id}/resume", { params: { path }, body }));
    await queries.invalidateQueries(read("/api/v1/agents/runs/{id}", { path }));
    toast(t("answered_toast"));
  }
  const mayAnswer = may("agent_run:resume");
  return (
    <Card title={t("question")} className="border-warn">
      {question.body.kind === "confirm_invoice" ? (
        <InvoiceAnswer question={question.body as unknown as InvoiceQuestion} resume={resume} mayAnswer={mayAnswer} />
      ) : (
        <div className="space-y-4">
          <CodeBlock label={t("question")} code={jsonText(question.body)} />
          {mayAnswer && (
            <Form<{ answer: string }> rules={rules} values={{ answer: "" }} submit={({ answer }) => resume(parseJson(answer) as object)} action={t("answer.send")}>
              <JsonField name="answer" label={t("answer.json")} required />
            </Form>
          )}
        </div>
      )}
    </Card>
  );
}
