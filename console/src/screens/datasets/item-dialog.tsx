import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Confirm } from "@/ui/confirm";
import { jsonText } from "@/ui/diff";
import { Actions, Dialog } from "@/ui/dialog";
import { Properties } from "@/ui/properties";
import { toast } from "@/ui/toast";
import { Time } from "@/ui/values";
import { invalidateItems, ReplaceItem } from "./item-forms";

/** An item, also one that was replaced or removed. */
export function ItemDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("datasets");
  return (
    <Dialog title={t("item.title")} onClose={onClose} size="wide">
      <Loaded path="/api/v1/dataset-items/{id}" params={{ path: { id } }}>
        {(item) => <Item item={item} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

function Item({ item, onClose }: { item: components["schemas"]["DatasetItem"]; onClose: () => void }) {
  const { t } = useTranslation("datasets");
  const may = useMay();
  const [mode, setMode] = useState<"replace" | "remove">();
  const remove = async () => {
    await answer(api.DELETE("/api/v1/dataset-items/{id}", { params: { path: { id: item.id } } }));
    await invalidateItems();
    toast(t("item.removed_toast"));
    onClose();
  };
  if (mode === "replace") return <ReplaceItem item={item} onClose={onClose} />;
  return (
    <div className="space-y-4">
      <CodeBlock label={t("item.input")} code={jsonText(item.input)} />
      {item.expected !== null && item.expected !== undefined && <CodeBlock label={t("item.expected")} code={jsonText(item.expected)} />}
      {Object.keys(item.metadata).length > 0 && <CodeBlock label={t("item.metadata")} code={jsonText(item.metadata)} />}
      <Properties
        items={[
          [t("item.valid_from"), <Time key="from" value={item.valid_from} />],
          ...(item.valid_to ? [[t("item.valid_to"), <Time key="to" value={item.valid_to} />] as const] : []),
        ]}
      />
      {may("dataset:update") && !item.valid_to && (
        <Actions>
          <Button onClick={() => setMode("remove")}>{t("item.remove")}</Button>
          <Button kind="primary" onClick={() => setMode("replace")}>{t("item.replace")}</Button>
        </Actions>
      )}
      {mode === "remove" && (
        <Confirm title={t("item.remove")} action={t("item.remove")} isDangerous run={remove} onClose={() => setMode(undefined)}>
          <p>{t("item.remove_text")}</p>
        </Confirm>
      )}
    </div>
  );
}
