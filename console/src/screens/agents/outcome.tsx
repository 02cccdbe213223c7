import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";

type Run = components["schemas"]["AgentRun"];

interface Citation {
  number?: number;
  document_id?: string;
  quote?: string;
}

/** What came of a run: its answer with the passages it rests on, its invoice, or why it failed. */
export function Outcome({ run }: { run: Run }) {
  const { t } = useTranslation("agents");
  if (run.error) {
    return (
      <p role="status" className="rounded-md bg-bad-tint p-3 wrap-anywhere">
        <code>{run.error.code}</code> {run.error.detail}
      </p>
    );
  }
  if (!run.output) return null;
  const { answer, is_grounded, invoice_id } = run.output as { answer?: string; is_grounded?: boolean; invoice_id?: string | null };
  return (
    <Card title={t("outcome")}>
      <div className="space-y-3">
        {typeof answer === "string" && <p className="whitespace-pre-wrap wrap-anywhere">{answer}</p>}
        {is_grounded === false && <p className="rounded-md bg-warn-tint p-3">{t("not_grounded")}</p>}
        {invoice_id && <p>{t("invoice")}: <RecordLink kind="invoice" id={invoice_id} /></p>}
        {invoice_id === null && <p>{t("no_invoice")}</p>}
        {answer === undefined && invoice_id === undefined && <CodeBlock label={t("outcome")} code={jsonText(run.output)} />}
        <Citations citations={run.citations as Citation[]} />
      </div>
    </Card>
  );
}

function Citations({ citations }: { citations: readonly Citation[] }) {
  const { t } = useTranslation("agents");
  if (citations.length === 0) return null;
  return (
    <section className="space-y-2">
      <h3 className="font-medium">{t("citations")}</h3>
      <ol className="space-y-2">
        {citations.map(({ number, document_id, quote }, index) => (
          <li key={index} className="border-l-2 border-line pl-3">
            [{number}] <RecordLink kind="document" id={document_id} />
            {quote && <blockquote className="text-sm text-muted wrap-anywhere">{quote}</blockquote>}
          </li>
        ))}
      </ol>
    </section>
  );
}
