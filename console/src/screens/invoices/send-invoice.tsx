import { useQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay } from "@/api/session";
import { NumberField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_document_link";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import type { Invoice } from "./invoice-values";

const DAY_MS = 86_400_000;
const DAYS = 30;

/** The document with the PDF, whose metadata name the invoice. */
async function pdfOf(id: string, number: string): Promise<string | null> {
  const { data } = await answer(api.GET("/api/v1/documents", { params: { query: { q: number, kind: ["pdf"], limit: 50 } } }));
  return data.find(({ metadata }) => (metadata as { invoice_id?: string }).invoice_id === id)?.id ?? null;
}

/** Makes a link by which the customer gets the PDF, and begins a mail with it in the user's mail program. */
export function SendInvoice({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const [url, setUrl] = useState<string>();
  const number = invoice.number ?? "";
  const isAllowed = may("document:read") && may("document_link:create");
  const pdf = useQuery({ queryKey: ["invoice-document", invoice.id], queryFn: () => pdfOf(invoice.id, number), enabled: isAllowed, gcTime: 0 });
  const subject = encodeURIComponent(t("send.subject", { number }));
  const mailTo = `mailto:${encodeURIComponent(invoice.buyer?.contact.email ?? "")}?subject=${subject}`;

  async function make({ label, days }: { label: string; days: number }) {
    const expires_at = new Date(Date.now() + days * DAY_MS).toISOString();
    const body = { document_id: pdf.data ?? "", expires_at, ...(label.trim() ? { label: label.trim() } : {}) };
    const link = await answer(api.POST("/api/v1/document-links", { body }));
    // The address is one below that of the server.
    setUrl(link.url === null ? undefined : new URL(link.url, location.origin).href);
  }

  return (
    <Dialog title={t("send.title")} onClose={onClose}>
      <div className="space-y-4">
        <p>{t("send.text")}</p>
        <ProblemAlert error={pdf.error} onRetry={() => void pdf.refetch()} />
        {isAllowed && pdf.isPending && <SkeletonBlock lines={3} />}
        {pdf.data === null && <p className="text-warn">{t("pdf.being_made")}</p>}
        {pdf.data && !url && (
          <Form<{ label: string; days: number }>
            rules={{ ...rules, days: { required: true, minimum: 1, maximum: 366 } }}
            values={{ label: invoice.buyer?.name ?? "", days: DAYS }}
            submit={make}
            action={t("send.link")}
          >
            <TextField name="label" label={t("send.label")} />
            <NumberField name="days" label={t("send.days")} />
          </Form>
        )}
        {url && <CodeBlock label={t("send.url")} code={url} />}
        <Button asChild kind={url ? "primary" : "secondary"}>
          <a href={url ? `${mailTo}&body=${encodeURIComponent(t("send.body", { number, url }))}` : mailTo}>
            <Mail aria-hidden="true" />
            {t("send.mail")}
          </a>
        </Button>
      </div>
    </Dialog>
  );
}
