import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isSame } from "@/forms/bodies";
import { Form } from "@/forms/form";
import { JsonField } from "@/forms/json-field";
import { parseJson } from "@/forms/json";
import { RecordField } from "@/records/record-field";
import { Button } from "@/ui/button";
import { jsonText } from "@/ui/diff";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { Table } from "@/ui/table";
import { Day } from "@/ui/values";

/** An invoice as the model has read it: amounts are decimal texts. */
interface Draft {
  supplier: { name: string; vat_id?: string | null };
  supplier_number: string;
  issued_on: string;
  due_on?: string | null;
  currency: string;
  total?: string | null;
  lines: readonly { text: string; quantity: string; unit_price: string; vat_percent: string }[];
}

export interface InvoiceQuestion {
  draft: Draft;
  /** Suppliers whose name or VAT id fits. */
  suppliers: readonly { id: string }[];
  warnings: readonly unknown[];
  faults: readonly { pointer: string; detail: string }[];
}

interface Props {
  question: InvoiceQuestion;
  resume: (answer: object) => Promise<unknown>;
  mayAnswer: boolean;
}

/** Shows the invoice that was read, and asks for its supplier, or for its rejection. */
export function InvoiceAnswer({ question, resume, mayAnswer }: Props) {
  const { t } = useTranslation("agents");
  const { draft, suppliers, warnings, faults } = question;
  const rejecting = useMutation({ mutationFn: () => resume({ accept: false }) });
  const accept = ({ party_id, draft: text }: { party_id: string; draft: string }) => {
    const changed = parseJson(text);
    return resume({ accept: true, party_id, ...(isSame(changed, draft) ? {} : { draft: changed }) });
  };
  return (
    <div className="space-y-4">
      <Faults texts={faults.map(({ pointer, detail }) => `${pointer} ${detail}`)} title={t("invoice_question.faults")} />
      <Faults texts={warnings.map((warning) => (typeof warning === "string" ? warning : JSON.stringify(warning)))} title={t("invoice_question.warnings")} />
      <Properties
        items={[
          [t("invoice_question.supplier"), [draft.supplier.name, draft.supplier.vat_id].filter(Boolean).join(", ")],
          [t("invoice_question.number"), draft.supplier_number],
          [t("invoice_question.issued_on"), <Day key="issued" value={draft.issued_on} />],
          [t("invoice_question.due_on"), <Day key="due" value={draft.due_on} />],
          [t("invoice_question.total"), draft.total ? `${draft.total} ${draft.currency}` : "–"],
        ]}
      />
      <Table
        label={t("invoice_question.lines")}
        rows={draft.lines.map((line, index) => ({ ...line, index }))}
        rowKey={({ index }) => index}
        columns={[
          { header: t("invoice_question.text"), cell: ({ text }) => <span className="wrap-anywhere">{text}</span> },
          { header: t("invoice_question.quantity"), cell: ({ quantity }) => quantity, isNumber: true },
          { header: t("invoice_question.unit_price"), cell: ({ unit_price }) => unit_price, isNumber: true },
          { header: t("invoice_question.vat"), cell: ({ vat_percent }) => `${vat_percent} %`, isNumber: true },
        ]}
      />
      {mayAnswer && (
        <Form
          rules={{ party_id: { required: true } }}
          values={{ party_id: suppliers[0]?.id ?? "", draft: jsonText(draft) }}
          submit={accept}
          action={t("invoice_question.accept")}
        >
          <RecordField name="party_id" kind="party" label={t("invoice_question.party")} hint={t("invoice_question.party_hint")} />
          <details>
            <summary className="font-medium">{t("invoice_question.change")}</summary>
            <JsonField name="draft" label={t("invoice_question.changed")} rows={14} className="mt-3" required />
          </details>
          <Button busy={rejecting.isPending} onClick={() => rejecting.mutate()}>{t("invoice_question.reject")}</Button>
          <ProblemAlert error={rejecting.error} />
        </Form>
      )}
    </div>
  );
}

function Faults({ texts, title }: { texts: readonly string[]; title: string }) {
  if (texts.length === 0) return null;
  return (
    <div role="status" className="rounded-md bg-warn-tint p-3">
      <p className="font-medium">{title}</p>
      <ul className="list-disc pl-5">
        {texts.map((text) => (
          <li key={text} className="wrap-anywhere">{text}</li>
        ))}
      </ul>
    </div>
  );
}
