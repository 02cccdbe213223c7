import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { send } from "@/api/client";
import { errorOf } from "@/api/problem";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Actions, Dialog } from "@/ui/dialog";
import { DropZone } from "@/ui/drop-zone";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { toast } from "@/ui/toast";

type Import = components["schemas"]["PartyImport"];

const EXAMPLE = "name,role,number,address.city,address.country\nHarbour Works Ltd,customer,K-100,Hamburg,DE";

async function post(table: File, isDryRun: boolean, key: string): Promise<Import> {
  const url = `${location.origin}/api/v1/parties/import${isDryRun ? "?dry_run=true" : ""}`;
  const headers = { "Content-Type": "text/csv", Accept: "application/json", ...(isDryRun ? {} : { "Idempotency-Key": key }) };
  const response = await send(new Request(url, { method: "POST", headers, body: table }));
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response, body);
  return body as Import;
}

/** Looks at a table first, shows its faults, and creates the parties of one without faults. */
export function ImportParties({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("parties");
  const [table, setTable] = useState<{ file: File; key: string }>();
  const looking = useMutation({ mutationFn: ({ file, key }: { file: File; key: string }) => post(file, true, key) });
  const creating = useMutation({
    mutationFn: ({ file, key }: { file: File; key: string }) => post(file, false, key),
    onSuccess: async ({ ids }) => {
      toast(t("import.done", { count: ids.length }));
      await queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/parties") });
      onClose();
    },
  });
  const found = looking.data;
  const choose = (file: File | undefined) => {
    if (!file) return;
    const chosen = { file, key: crypto.randomUUID() };
    setTable(chosen);
    creating.reset();
    looking.mutate(chosen);
  };
  return (
    <Dialog title={t("import.title")} onClose={onClose} size="wide">
      <div className="space-y-4">
        <DropZone label={t("import.drop")} hint={t("import.hint")} accept=".csv,text/csv" onFiles={([file]) => choose(file)} />
        {!table && <CodeBlock label={t("import.example")} code={EXAMPLE} />}
        <div aria-live="polite" className="space-y-3">
          {looking.isPending && <SkeletonBlock lines={3} />}
          {found && (
            <p className="font-medium">
              {table?.file.name}: {t("import.rows", { count: found.rows })} {t("import.faults", { count: found.fault_count })}
            </p>
          )}
          {found && found.faults.length > 0 && (
            <Table
              label={t("import.fault_table")}
              rows={found.faults.map((fault, index) => ({ ...fault, index }))}
              rowKey={({ index }) => index}
              columns={[
                { header: t("import.line"), cell: ({ line }) => line ?? "–", isNumber: true },
                { header: t("import.column"), cell: ({ column }) => column ?? "–" },
                { header: t("import.fault"), cell: ({ detail }) => detail },
                { header: t("import.code"), cell: ({ code }) => <code className="text-sm">{code}</code> },
              ]}
            />
          )}
        </div>
        <ProblemAlert error={looking.error ?? creating.error} />
      </div>
      <Actions>
        <Button onClick={onClose}>{t("common:cancel")}</Button>
        <Button
          kind="primary"
          disabled={!found || found.fault_count > 0 || found.rows === 0}
          busy={creating.isPending}
          onClick={() => table && creating.mutate(table)}
        >
          {t("import.run")}
        </Button>
      </Actions>
    </Dialog>
  );
}
