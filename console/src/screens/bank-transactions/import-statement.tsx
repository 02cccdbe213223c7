import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { send } from "@/api/client";
import { errorOf } from "@/api/problem";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";
import { DropZone } from "@/ui/drop-zone";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { Count, Day, Money } from "@/ui/values";

type Imported = components["schemas"]["ImportedBankStatements"];

async function post(file: File): Promise<Imported> {
  const headers = { "Content-Type": "application/xml", Accept: "application/json" };
  const response = await send(new Request(`${location.origin}/api/v1/bank-statements`, { method: "POST", headers, body: file }));
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response, body);
  return body as Imported;
}

/** Imports the transactions of a bank statement. One that comes twice changes nothing. */
export function ImportStatement({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("bank-transactions");
  const importing = useMutation({
    mutationFn: post,
    onSuccess: () =>
      queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(bank-transactions|payments|invoices)/.test(String(path)) }),
  });
  const found = importing.data;
  return (
    <Dialog title={t("import.title")} onClose={onClose} size="wide">
      <div className="space-y-4">
        <DropZone label={t("import.drop")} hint={t("import.hint")} accept=".xml,application/xml,text/xml" onFiles={([file]) => file && importing.mutate(file)} />
        <div aria-live="polite" className="space-y-4">
          {importing.isPending && <SkeletonBlock lines={3} />}
          {found && (
            <>
              <p className="flex flex-wrap gap-2 font-medium">
                <Badge tone="good">{t("import.booked", { count: found.booked })}</Badge>
                <Badge tone="warn">{t("import.proposed", { count: found.proposed })}</Badge>
                <Badge>{t("import.known", { count: found.known })}</Badge>
              </p>
              <Statements statements={found.statements} />
            </>
          )}
        </div>
        <ProblemAlert error={importing.error} />
      </div>
      <Actions>
        <Button kind={found ? "primary" : "secondary"} onClick={onClose}>{t("common:close")}</Button>
      </Actions>
    </Dialog>
  );
}

function Statements({ statements }: { statements: Imported["statements"] }) {
  const { t } = useTranslation("bank-transactions");
  return (
    <Table
      label={t("import.statements")}
      rows={statements}
      rowKey={({ id, account }) => `${account}${id}`}
      columns={[
        { header: t("fields.account"), cell: ({ account }) => account ?? "–" },
        { header: t("import.id"), cell: ({ id }) => id },
        { header: t("import.transactions"), isNumber: true, cell: ({ transactions }) => <Count value={transactions} /> },
        { header: t("import.opening"), isNumber: true, cell: ({ opening }) => opening && <><Money value={opening.amount} /> (<Day value={opening.on} />)</> },
        { header: t("import.closing"), isNumber: true, cell: ({ closing }) => closing && <><Money value={closing.amount} /> (<Day value={closing.on} />)</> },
        {
          header: t("import.check"),
          cell: ({ adds_up, not_booked, warnings }) => (
            <>
              {adds_up === false && <Badge tone="bad">{t("import.differs")}</Badge>}
              {adds_up === true && <Badge tone="good">{t("import.adds_up")}</Badge>}
              {not_booked > 0 && <div className="text-sm text-warn">{t("import.not_booked", { count: not_booked })}</div>}
              {warnings.map(({ code, text }) => <div key={`${code}${text}`} className="text-sm text-warn">{text}</div>)}
            </>
          ),
        },
      ]}
    />
  );
}
