import { FileUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import statuses from "@/generated/values/BankTransactionStatus";
import directions from "@/generated/values/PaymentDirection";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money, Time } from "@/ui/values";
import { ImportStatement } from "./import-statement";
import { signed } from "./signed";
import { TransactionStatus } from "./transaction-status";

export function BankTransactionList() {
  const { t } = useTranslation("bank-transactions");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const upload = may("payment:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "import" })}>
      <FileUp aria-hidden="true" />
      {t("import.title")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={upload}>
      <RecordTable
        id="bank-transactions"
        label={t("title")}
        path="/api/v1/bank-transactions"
        topics={["bank_transactions"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/bank-transactions/$id", params: { id } })}
        rowName={({ counterparty, booked_on }) => `${counterparty ?? ""} ${booked_on}`}
        columns={[
          { id: "booked_on", header: t("fields.booked_on"), cell: ({ booked_on }) => <Day value={booked_on} /> },
          { id: "counterparty", header: t("fields.counterparty"), cell: ({ counterparty }) => counterparty ?? "–" },
          { id: "remittance", header: t("fields.remittance"), cell: ({ remittance }) => <span className="line-clamp-2 wrap-anywhere">{remittance ?? "–"}</span> },
          { id: "amount", header: t("fields.amount"), cell: (transaction) => <Money value={signed(transaction)} />, isNumber: true },
          {
            id: "status",
            header: t("status"),
            cell: ({ status, is_reversal }) => (
              <span className="inline-flex flex-wrap gap-1">
                <TransactionStatus status={status} />
                {is_reversal && <Badge tone="warn">{t("is_reversal")}</Badge>}
              </span>
            ),
          },
          { id: "candidates", header: t("candidates"), cell: ({ candidate_ids }) => candidate_ids.length, isNumber: true },
          { id: "account", header: t("fields.account"), cell: ({ account }) => account ?? "–", isHidden: true },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
        ]}
        filters={[
          { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
          { kind: "choice", name: "direction", label: t("fields.direction"), values: directions, text: (value) => t(`business:payment_direction.${value}`), none: t("direction_all") },
          { kind: "text", name: "account", label: t("fields.account") },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={
          may("payment:update")
            ? [{
                label: t("ignore.title"),
                question: (count) => t("ignore.bulk", { count }),
                run: (transaction) =>
                  answer(api.POST("/api/v1/bank-transactions/{id}/ignore", { params: { path: { id: transaction.id }, header: ifMatch(transaction) } })),
              }]
            : []
        }
        empty={
          <EmptyState title={t("empty.title")} actions={upload} example={{ method: "POST", path: "/api/v1/bank-statements", file: { name: "camt.053.xml", type: "application/xml" } }}>
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "import" && <ImportStatement onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
