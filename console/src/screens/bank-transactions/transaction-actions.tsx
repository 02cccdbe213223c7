import { BookCheck, EyeOff, Link2, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Actions } from "@/records/actions";
import { BookTransaction } from "./book-transaction";
import { LinkTransaction } from "./link-transaction";
import { refreshTransactions } from "./refresh";

export function TransactionActions({ transaction }: { transaction: components["schemas"]["BankTransaction"] }) {
  const { t } = useTranslation("bank-transactions");
  const may = useMay();
  const [open, setOpen] = useState<"book" | "link">();
  const close = () => setOpen(undefined);
  const params = { path: { id: transaction.id }, header: ifMatch(transaction) };
  const isProposed = transaction.status === "proposed";
  return (
    <>
      <Actions
        actions={[
          { label: t("book.title"), icon: BookCheck, isFirst: true, isShown: isProposed && may("payment:create"), run: () => setOpen("book") },
          { label: t("link.title"), icon: Link2, isFirst: true, isShown: isProposed && may("payment:update"), run: () => setOpen("link") },
          {
            label: t("ignore.title"),
            icon: EyeOff,
            isShown: isProposed && may("payment:update"),
            question: t("ignore.text"),
            done: t("ignore.done"),
            run: () => answer(api.POST("/api/v1/bank-transactions/{id}/ignore", { params })).then(refreshTransactions),
          },
          {
            label: t("reopen.title"),
            icon: RotateCcw,
            isFirst: true,
            isShown: !isProposed && may("payment:update"),
            question: t("reopen.text"),
            done: t("reopen.done"),
            run: () => answer(api.POST("/api/v1/bank-transactions/{id}/reopen", { params })).then(refreshTransactions),
          },
        ]}
      />
      {open === "book" && <BookTransaction transaction={transaction} onClose={close} />}
      {open === "link" && <LinkTransaction transaction={transaction} onClose={close} />}
    </>
  );
}
