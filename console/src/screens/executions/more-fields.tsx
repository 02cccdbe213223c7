import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { NumberField, TextField } from "@/forms/fields";
import type { Rules } from "@/forms/rules";
import type { components } from "@/generated/api";
import { RecordField } from "@/records/record-field";

export interface MoreValues {
  tags: string;
  project_id: string;
  context: { query: string; k: number; filter: { project_id: string } };
}

export const NO_MORE: MoreValues = { tags: "", project_id: "", context: { query: "", k: 5, filter: { project_id: "" } } };

/** A context is asked for by its text alone, so an empty one is none. */
export const MORE_RULES: Rules = { "context.query": { maxLength: 2000 }, "context.k": { minimum: 1, maximum: 20 } };

type Context = components["schemas"]["NewExecutionContext"];

/** What an execution is for, and what it is given of documents. */
export function moreOf({ tags, project_id, context }: MoreValues) {
  const listed = tags.split(",").map((tag) => tag.trim()).filter(Boolean);
  return {
    ...(listed.length > 0 ? { tags: listed } : {}),
    ...(project_id ? { project_id } : {}),
    ...(context.query ? { context: context as Context } : {}),
  };
}

export function MoreFields() {
  const { t } = useTranslation("executions");
  const may = useMay();
  return (
    <>
      <TextField name="tags" label={t("tags")} hint={t("tags_hint")} />
      {may("project:read") && <RecordField name="project_id" kind="project" label={t("project")} />}
      {may("document:read") && (
        <fieldset className="space-y-3 rounded-md border border-line p-3">
          <legend className="px-1 text-sm font-medium">{t("context.title")}</legend>
          <TextField name="context.query" label={t("context.query")} hint={t("context.query_hint")} />
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField name="context.k" label={t("context.k")} />
            {may("project:read") && <RecordField name="context.filter.project_id" kind="project" label={t("context.project")} />}
          </div>
        </fieldset>
      )}
    </>
  );
}
