import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { isSame, keyChanges } from "@/forms/bodies";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_evaluator";
import { ChangeDialog } from "@/records/change-dialog";
import { definitionOf, type DefinitionValues, valuesOf } from "./definition";
import { EvaluatorFields } from "./evaluator-fields";

type Evaluator = components["schemas"]["Evaluator"];
type Patch = components["schemas"]["EvaluatorPatch"];

export function EditEvaluator({ evaluator, onClose }: { evaluator: Evaluator; onClose: () => void }) {
  const { t } = useTranslation("evaluators");
  const path = { id: evaluator.id };
  const [before] = useState(definitionOf(valuesOf(evaluator.definition)));

  async function send({ definition, ...patch }: Patch, version: number) {
    // With another kind, nothing of the definition stays.
    const changed = definition?.kind === before.kind ? keyChanges(before, definition) : definition;
    const body = changed ? { ...patch, definition: changed as NonNullable<Patch["definition"]> } : patch;
    await answer(api.PATCH("/api/v1/evaluators/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/evaluators/{id}", { path }));
  }
  return (
    <ChangeDialog<Evaluator>
      title={t("edit")}
      record={evaluator}
      labels={{ name: t("name"), description: t("description"), definition: t("definition") }}
      rules={rules}
      current={() => queries.fetchQuery({ ...read("/api/v1/evaluators/{id}", { path }), staleTime: 0 })}
      send={send}
      values={({ name, description, definition }) => ({ name, description: description ?? "", definition: valuesOf(definition) })}
      fields={({ definition, ...fields }) => {
        const after = definitionOf(definition as DefinitionValues);
        return isSame(before, after) ? fields : { ...fields, definition: after };
      }}
      onClose={onClose}
    >
      <p className="text-muted">{t("edit_text")}</p>
      <EvaluatorFields />
    </ChangeDialog>
  );
}
