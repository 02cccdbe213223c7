import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { Page } from "@/app/page";
import { changes } from "@/forms/bodies";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/update_invoice";
import { useChange } from "@/records/conflict";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { InvoiceFields } from "./invoice-fields";
import { draftFields, type Invoice, INVOICE_FIELDS, type InvoiceValues, invoiceValues } from "./invoice-values";
import { refreshInvoices } from "./refresh";

const readInvoice = (id: string) => answer(api.GET("/api/v1/invoices/{id}", { params: { path: { id } } }));

export function EditInvoice() {
  const { t } = useTranslation("invoices");
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error, refetch } = useQuery({ queryKey: ["edit-invoice", id], queryFn: () => readInvoice(id), gcTime: 0 });
  return (
    <Page title={t("edit")} back={{ to: `/invoices/${id}`, label: t("draft") }}>
      {data ? <Editor shown={data} /> : error ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : <SkeletonBlock lines={12} />}
    </Page>
  );
}

function Editor({ shown }: { shown: Invoice }) {
  const { t } = useTranslation("invoices");
  const navigate = useNavigate();
  // The draft as the user began to change it, also when it is read again.
  const [draft] = useState(shown);
  const { id } = draft;
  const leave = () => navigate({ to: "/invoices/$id", params: { id } });
  const stated = (invoice: Invoice) => ({ ...draftFields(invoiceValues(invoice)), version: invoice.version });
  const { change, dialog } = useChange({
    current: async () => stated(await readInvoice(id)),
    send: (body, version) => answer(api.PATCH("/api/v1/invoices/{id}", { params: { path: { id }, header: ifMatch({ version }) }, body })),
    labels: Object.fromEntries(INVOICE_FIELDS.map((field) => [field, t(`fields.${field}`)])),
  });
  async function save(values: InvoiceValues) {
    const base = stated(draft);
    if ((await change(base, changes(base, draftFields(values)))) !== "done") return;
    await refreshInvoices();
    await leave();
  }
  return (
    <>
      <Form<InvoiceValues> rules={rules} values={invoiceValues(draft)} submit={save} action={t("common:save")} onCancel={() => void leave()}>
        <InvoiceFields draft={draft} />
      </Form>
      {dialog}
    </>
  );
}
