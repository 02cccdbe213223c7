import { useMutation } from "@tanstack/react-query";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { ProblemAlert } from "@/ui/problem-alert";
import type { RunValues } from "./run-values";
import { type Variable, variablesBody } from "./variables";
import { chosenVersion } from "./version-field";

/** Shows the messages with the variables filled in. No model is called. */
export function Render({ promptId, variables }: { promptId: string; variables: readonly Variable[] }) {
  const { t } = useTranslation("prompts");
  const { clearErrors, getValues, trigger } = useFormContext<RunValues>();
  const rendering = useMutation({
    mutationFn: () => {
      const { texts, further, at } = getValues();
      const body = { ...chosenVersion(at), variables: variablesBody(variables, texts, further) };
      return answer(api.POST("/api/v1/prompts/{id}/render", { params: { path: { id: promptId } }, body }));
    },
  });
  const render = async () => {
    clearErrors();
    if (await trigger()) rendering.mutate();
  };
  return (
    <div className="space-y-3">
      <Button busy={rendering.isPending} onClick={() => void render()}>{t("run.render")}</Button>
      <ProblemAlert error={rendering.error} />
      <div aria-live="polite" className="space-y-3">
        {rendering.data?.messages.map(({ role, content }, index) => (
          <CodeBlock key={index} label={`${t(`executions:roles.${role}`)} · ${t("version", { number: rendering.data.version })}`} code={content} />
        ))}
      </div>
    </div>
  );
}
