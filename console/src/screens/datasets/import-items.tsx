import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Actions, Dialog } from "@/ui/dialog";
import { DropZone } from "@/ui/drop-zone";
import { ProblemAlert } from "@/ui/problem-alert";
import { toast } from "@/ui/toast";
import { invalidateItems } from "./item-forms";

const MOST_BYTES = 16 * 1024 * 1024;
const EXAMPLE = '{"input": {"text": "Rain until noon."}, "expected": "It rained until noon."}\n{"input": {"text": "No delivery."}}';

/** Adds the items of a file of JSON Lines, all or none. */
export function ImportItems({ datasetId, onClose }: { datasetId: string; onClose: () => void }) {
  const { t } = useTranslation("datasets");
  const importing = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > MOST_BYTES) throw new Error(t("import.too_large"));
      return answer(
        api.POST("/api/v1/datasets/{id}/items/import", {
          params: { path: { id: datasetId } },
          body: (await file.text()) as never,
          bodySerializer: (text: string) => text,
          headers: { "Content-Type": "application/jsonl" },
        }),
      );
    },
    onSuccess: async ({ added }) => {
      await invalidateItems();
      toast(t("import.done_toast", { count: added }));
      onClose();
    },
  });
  return (
    <Dialog title={t("import.title")} onClose={onClose} size="wide">
      <div className="space-y-4">
        <p>{t("import.text")}</p>
        <CodeBlock label={t("import.example")} code={EXAMPLE} />
        <div aria-live="polite">
          {importing.isPending ? (
            <p className="p-6 text-center">{t("import.running", { name: importing.variables.name })}</p>
          ) : (
            <DropZone label={t("import.drop")} hint={t("import.hint")} accept=".jsonl,.ndjson,application/jsonl" onFiles={([file]) => file && importing.mutate(file)} />
          )}
        </div>
        <ProblemAlert error={importing.error} />
      </div>
      <Actions>
        <Button onClick={onClose}>{t("common:close")}</Button>
      </Actions>
    </Dialog>
  );
}
