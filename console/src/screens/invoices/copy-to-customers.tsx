import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Rows } from "@/business/rows";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_invoices";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { type Invoice, invoiceValues, newInvoice } from "./invoice-values";
import { refreshInvoices } from "./refresh";

const MOST = 100;

interface Values {
  items: { party_id: string }[];
}

/** Creates drafts with the content of an invoice for several customers: all of them, or none. */
export function CopyToCustomers({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const navigate = useNavigate();
  async function create({ items }: Values) {
    // What belongs to one customer, one day or one file is no part of a copy.
    const content = invoiceValues(invoice);
    const empty = { issued_on: "", due_on: "", booked_on: "", purchase_order: "", buyer_reference: "", attachments: [] };
    const body = { items: items.map(({ party_id }) => newInvoice({ ...content, ...empty, kind: "standard", party_id })) };
    const drafts = await answer(api.POST("/api/v1/invoices/batch", { body }));
    toast(t("copies.done", { count: drafts.items.length }));
    await refreshInvoices();
    await navigate({ to: "/invoices", search: { status: "draft" } });
  }
  return (
    <Dialog title={t("copies.title")} onClose={onClose} size="wide">
      <Form<Values> rules={rules} values={{ items: [{ party_id: "" }] }} submit={create} action={t("copies.run")} onCancel={onClose}>
        <p className="text-muted">{t("copies.text")}</p>
        <Rows name="items" label={t("copies.customers")} add={t("copies.add")} row={() => ({ party_id: "" })} most={MOST}>
          {(name) => <RecordField name={`${name}.party_id`} kind="party" query={{ role: ["customer", "both"] }} label={t("copies.customer")} />}
        </Rows>
      </Form>
    </Dialog>
  );
}
