import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";

type Payment = components["schemas"]["PaymentSummary"];

/** Whether a payment counts, and whether it takes another one back. */
export function PaymentStatus({ payment }: { payment: Pick<Payment, "status" | "reverses_id" | "refunds_id"> }) {
  const { t } = useTranslation("payments");
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={payment.status === "reversed" ? "bad" : "good"}>{t(`statuses.${payment.status}`)}</Badge>
      {payment.reverses_id && <Badge>{t("is_reversal")}</Badge>}
      {payment.refunds_id && <Badge>{t("is_refund")}</Badge>}
    </span>
  );
}
