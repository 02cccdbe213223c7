import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay } from "@/api/session";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import { JsonField } from "@/forms/json-field";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/execute_prompt";
import { Loaded } from "@/records/loaded";
import { RecordField } from "@/records/record-field";
import { useSearchState } from "@/records/search-state";
import { ExecutionRun } from "@/screens/executions/execution-run";
import { MORE_RULES, MoreFields, moreOf, NO_MORE } from "@/screens/executions/more-fields";
import { Card } from "@/ui/card";
import { Render } from "./render";
import type { RunValues } from "./run-values";
import { type Variable, variablesBody, variablesOf } from "./variables";
import { VariableFields } from "./variable-fields";
import { chosenVersion, VersionField } from "./version-field";

type Prompt = components["schemas"]["Prompt"];

/** Tries a prompt: shows what it says with some variables, and runs it. */
export function Run({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const [search] = useSearchState();
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title={t("run.input")}>
        <Loaded path="/api/v1/prompts/{id}" params={{ path: { id: prompt.id }, query: { label: "latest" } }}>
          {(newest) => <RunForm prompt={prompt} variables={variablesOf(newest)} />}
        </Loaded>
      </Card>
      {search.run && may("execution:read") ? <ExecutionRun key={search.run} id={search.run} /> : <p className="p-4 text-muted">{t("run.nothing")}</p>}
    </div>
  );
}

function RunForm({ prompt, variables }: { prompt: Prompt; variables: Variable[] }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const [, setSearch] = useSearchState();
  async function run(values: RunValues) {
    const { texts, further, at, model_id, parameters } = values;
    const body = {
      ...chosenVersion(at),
      variables: variablesBody(variables, texts, further),
      ...filled({ model_id, parameters: parseJson(parameters) }),
      ...filled(moreOf(values)),
    } as components["schemas"]["PromptExecution"];
    // The execution begins at once, and its text is followed by its identity.
    const params = { path: { id: prompt.id }, header: { Prefer: "wait=0" } };
    const { id } = await answer(api.POST("/api/v1/prompts/{id}/execute", { params, body }));
    setSearch({ run: id });
  }
  const mayRun = may("execution:create") && prompt.is_active;
  const values: RunValues = { at: "", texts: variables.map(() => ""), further: "", model_id: "", parameters: "", ...NO_MORE };
  return (
    <Form<RunValues> rules={{ ...rules, ...MORE_RULES }} values={values} submit={run} action={mayRun ? t("run.action") : undefined}>
      <VersionField name="at" label={t("run.version")} promptId={prompt.id} />
      <VariableFields variables={variables} />
      {mayRun && <More />}
      <Render promptId={prompt.id} variables={variables} />
    </Form>
  );
}

function More() {
  const { t } = useTranslation("prompts");
  return (
    <details>
      <summary className="font-medium">{t("more")}</summary>
      <div className="mt-3 space-y-4">
        <RecordField name="model_id" kind="model" label={t("run.other_model")} hint={t("run.other_model_hint")} query={{ kind: ["chat"], status: ["active"] }} />
        <JsonField name="parameters" label={t("parameters")} hint={t("parameters_hint")} rows={3} />
        <MoreFields />
      </div>
    </details>
  );
}
