import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Invoice = components["schemas"]["InvoiceSummary"];

const TONES: Record<Invoice["status"], Tone> = {
  draft: "neutral",
  issued: "accent",
  partially_paid: "warn",
  paid: "good",
  void: "neutral",
  written_off: "bad",
};

export function InvoiceStatus({ status }: { status: Invoice["status"] }) {
  const { t } = useTranslation("business");
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}

/** Whether something is open after the due date. */
export const isOverdue = ({ status, due_on }: Pick<Invoice, "status" | "due_on">, day: string): boolean =>
  (status === "issued" || status === "partially_paid") && due_on !== null && due_on < day;
