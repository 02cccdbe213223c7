import { ListPlus, Pencil, Undo2, WalletCards } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Actions } from "@/records/actions";
import { AllocatePayment } from "./allocate-payment";
import { EditPayment } from "./edit-payment";
import { RefundPayment } from "./refund-payment";
import { ReversePayment } from "./reverse-payment";

type Payment = components["schemas"]["Payment"];

/** Reads again what a payment changes. */
export const refreshPayments = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(payments|invoices|contracts)/.test(String(path)) });

export function PaymentActions({ payment }: { payment: Payment }) {
  const { t } = useTranslation("payments");
  const may = useMay();
  const [open, setOpen] = useState<"edit" | "allocate" | "reverse" | "refund">();
  const close = () => setOpen(undefined);
  const counts = payment.status === "recorded";
  const hasCredit = counts && payment.unallocated.amount_minor > 0 && !payment.reverses_id;
  return (
    <>
      <Actions
        actions={[
          { label: t("allocate.title"), icon: ListPlus, isFirst: true, isShown: may("payment:update") && hasCredit, run: () => setOpen("allocate") },
          { label: t("common:edit"), icon: Pencil, isFirst: true, isShown: may("payment:update"), run: () => setOpen("edit") },
          { label: t("refund.title"), icon: WalletCards, isShown: may("payment:create") && hasCredit, run: () => setOpen("refund") },
          { label: t("reverse.title"), icon: Undo2, isDangerous: true, isShown: may("payment:reverse") && counts && !payment.reverses_id, run: () => setOpen("reverse") },
        ]}
      />
      {open === "edit" && <EditPayment payment={payment} onClose={close} />}
      {open === "allocate" && <AllocatePayment payment={payment} onClose={close} />}
      {open === "reverse" && <ReversePayment payment={payment} onClose={close} />}
      {open === "refund" && <RefundPayment payment={payment} onClose={close} />}
    </>
  );
}
