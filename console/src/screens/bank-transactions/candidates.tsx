import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Day, Money } from "@/ui/values";

/** The invoices and the payment that a transaction may be about. */
export function Candidates({ transaction }: { transaction: components["schemas"]["BankTransaction"] }) {
  const { t } = useTranslation("bank-transactions");
  const { candidate_ids, candidate_payment_id } = transaction;
  return (
    <>
      {candidate_payment_id && (
        <Card title={t("candidate_payment")}>
          <p><RecordLink kind="payment" id={candidate_payment_id} /> – {t("candidate_payment_text")}</p>
        </Card>
      )}
      <Card title={t("candidates")}>
        {candidate_ids.length === 0 && <p className="text-muted">{t("candidates_none")}</p>}
        <ul className="divide-y divide-line">
          {candidate_ids.map((id) => (
            <li key={id} className="py-2">
              <Loaded path="/api/v1/invoices/{id}" params={{ path: { id } }} lines={1}>
                {(invoice) => (
                  <div className="flex flex-wrap justify-between gap-x-4">
                    <span><RecordLink kind="invoice" id={id} /> · <RecordLink kind="party" id={invoice.party_id} /></span>
                    <span>{t("business:allocations.due_on")}: <Day value={invoice.due_on} /> · {t("business:allocations.open")}: <Money value={invoice.open} /></span>
                  </div>
                )}
              </Loaded>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
