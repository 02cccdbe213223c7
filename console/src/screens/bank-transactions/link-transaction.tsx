import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/link_bank_transaction";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { refreshTransactions } from "./refresh";

/** Says that a transaction is a payment that was entered already. */
export function LinkTransaction({ transaction, onClose }: { transaction: components["schemas"]["BankTransaction"]; onClose: () => void }) {
  const { t } = useTranslation("bank-transactions");
  async function link(body: { payment_id: string }) {
    const params = { path: { id: transaction.id }, header: ifMatch(transaction) };
    await answer(api.POST("/api/v1/bank-transactions/{id}/link", { params, body }));
    toast(t("link.done"));
    await refreshTransactions();
    onClose();
  }
  return (
    <Dialog title={t("link.title")} onClose={onClose}>
      <Form<{ payment_id: string }>
        rules={rules}
        values={{ payment_id: transaction.candidate_payment_id ?? "" }}
        submit={link}
        action={t("link.run")}
        onCancel={onClose}
      >
        <p>{t("link.text")}</p>
        <RecordField name="payment_id" kind="payment" query={{ direction: transaction.direction }} label={t("link.payment")} />
      </Form>
    </Dialog>
  );
}
