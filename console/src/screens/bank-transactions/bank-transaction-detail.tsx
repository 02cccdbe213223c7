import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Day, Money, Time } from "@/ui/values";
import { Candidates } from "./candidates";
import { signed } from "./signed";
import { TransactionActions } from "./transaction-actions";
import { TransactionStatus } from "./transaction-status";

export function BankTransactionDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["bank_transactions", "payments"]);
  return (
    <Loaded path="/api/v1/bank-transactions/{id}" params={{ path: { id } }}>
      {(transaction) => <Shown transaction={transaction} />}
    </Loaded>
  );
}

function Shown({ transaction }: { transaction: components["schemas"]["BankTransaction"] }) {
  const { t } = useTranslation("bank-transactions");
  return (
    <Detail
      title={transaction.counterparty ?? t("one")}
      badges={
        <>
          <TransactionStatus status={transaction.status} />
          {transaction.is_reversal && <Badge tone="warn">{t("is_reversal")}</Badge>}
          {transaction.is_linked && <Badge>{t("is_linked")}</Badge>}
        </>
      }
      actions={<TransactionActions transaction={transaction} />}
      back={{ to: "/bank-transactions", label: t("title") }}
    >
      <Card>
        <Properties
          items={[
            [t("fields.amount"), <Money key="amount" value={signed(transaction)} />],
            [t("fields.booked_on"), <Day key="day" value={transaction.booked_on} />],
            [t("fields.remittance"), <span key="text" className="whitespace-pre-wrap">{transaction.remittance ?? "–"}</span>],
            [t("fields.counterparty_account"), transaction.counterparty_account ?? "–"],
            [t("fields.end_to_end_id"), transaction.end_to_end_id ?? "–"],
            [t("fields.account"), transaction.account ?? "–"],
            [t("fields.payment_id"), <RecordLink key="payment" kind="payment" id={transaction.payment_id} />],
            [t("created"), <Time key="created" value={transaction.created_at} />],
          ]}
        />
      </Card>
      {transaction.status === "proposed" && <Candidates transaction={transaction} />}
    </Detail>
  );
}
