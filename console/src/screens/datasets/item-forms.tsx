import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { Form } from "@/forms/form";
import { JsonField } from "@/forms/json-field";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_dataset_item";
import { jsonText } from "@/ui/diff";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

type Item = components["schemas"]["DatasetItem"];
type Values = Record<"input" | "expected" | "metadata", string>;

function bodyOf({ input, expected, metadata }: Values): components["schemas"]["NewDatasetItem"] {
  return {
    input: parseJson(input) as Item["input"],
    ...(expected.trim() ? { expected: parseJson(expected) } : {}),
    ...(metadata.trim() ? { metadata: parseJson(metadata) as Item["metadata"] } : {}),
  };
}

export async function invalidateItems() {
  const isOfDatasets = (path: unknown) => /^\/api\/v1\/dataset/.test(String(path));
  await queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => isOfDatasets(path) });
}

interface FormProps {
  values: Values;
  action: string;
  submit: (body: components["schemas"]["NewDatasetItem"]) => Promise<unknown>;
  onClose: () => void;
}

function ItemForm({ values, action, submit, onClose }: FormProps) {
  const { t } = useTranslation("datasets");
  return (
    <Form<Values> rules={rules} values={values} submit={(given) => submit(bodyOf(given))} action={action} onCancel={onClose}>
      <JsonField name="input" label={t("item.input")} hint={t("item.input_hint")} rows={6} required />
      <JsonField name="expected" label={t("item.expected")} hint={t("item.expected_hint")} rows={3} isAny />
      <JsonField name="metadata" label={t("item.metadata")} rows={2} />
    </Form>
  );
}

export function NewItem({ datasetId, onClose }: { datasetId: string; onClose: () => void }) {
  const { t } = useTranslation("datasets");
  return (
    <Dialog title={t("item.add")} onClose={onClose} size="wide">
      <ItemForm
        values={{ input: "{}", expected: "", metadata: "" }}
        action={t("item.add")}
        submit={async (body) => {
          await answer(api.POST("/api/v1/datasets/{id}/items", { params: { path: { id: datasetId } }, body }));
          await invalidateItems();
          toast(t("item.added_toast"));
          onClose();
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}

/** An item never changes: another one takes its place. */
export function ReplaceItem({ item, onClose }: { item: Item; onClose: () => void }) {
  const { t } = useTranslation("datasets");
  const expected = item.expected === undefined || item.expected === null ? "" : JSON.stringify(item.expected, null, 2);
  return (
    <ItemForm
      values={{ input: jsonText(item.input), expected, metadata: jsonText(item.metadata) }}
      action={t("item.replace")}
      submit={async (body) => {
        await answer(api.POST("/api/v1/dataset-items/{id}/replace", { params: { path: { id: item.id } }, body }));
        await invalidateItems();
        toast(t("item.replaced_toast"));
        onClose();
      }}
      onClose={onClose}
    />
  );
}
