import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { keyChanges } from "@/forms/bodies";
import { TextField } from "@/forms/fields";
import { parseJson } from "@/forms/json";
import { JsonField } from "@/forms/json-field";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_document";
import { ChangeDialog } from "@/records/change-dialog";
import { RecordField } from "@/records/record-field";

type Document = components["schemas"]["Document"];
type Json = Record<string, unknown>;

/** Renames a document, moves it to another project, and changes its metadata. */
export function ChangeDocument({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useTranslation("documents");
  const path = { id: document.id };
  const query = read("/api/v1/documents/{id}", { path });

  async function send(patch: Json, version: number) {
    // The patch has the whole metadata; keys that are gone must be named. A stale record is refused anyway.
    const before = queries.getQueryData(query.queryKey) ?? document;
    const body = patch.metadata ? { ...patch, metadata: keyChanges(before.metadata, patch.metadata as Json) } : patch;
    await answer(api.PATCH("/api/v1/documents/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(query);
  }
  return (
    <ChangeDialog<Document>
      title={t("change.title")}
      record={document}
      labels={{ name: t("name"), project_id: t("project"), metadata: t("metadata") }}
      rules={rules}
      current={() => queries.fetchQuery({ ...query, staleTime: 0 })}
      send={send}
      values={({ name, project_id, metadata }) => ({
        name,
        project_id: project_id ?? "",
        metadata: JSON.stringify(metadata, null, 2),
      })}
      fields={({ metadata, ...others }) => ({ ...others, metadata: parseJson(metadata as string) ?? {} })}
      onClose={onClose}
    >
      <TextField name="name" label={t("name")} hint={t("change.name_hint")} required />
      <RecordField name="project_id" label={t("project")} kind="project" />
      <JsonField name="metadata" label={t("metadata")} hint={t("change.metadata_hint")} />
    </ChangeDialog>
  );
}
