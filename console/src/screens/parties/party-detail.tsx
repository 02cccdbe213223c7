import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Comments } from "@/records/comments/comments";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { ContractTable } from "@/screens/contracts/contract-table";
import { InvoiceTable } from "@/screens/invoices/invoice-table";
import { PaymentTable } from "@/screens/payments/payment-table";
import { PartyActions } from "./party-actions";
import { PartyState } from "./party-list";
import { PartyOverview } from "./party-overview";

export function PartyDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["parties"]);
  return (
    <Loaded path="/api/v1/parties/{id}" params={{ path: { id } }}>
      {(party) => <Shown party={party} />}
    </Loaded>
  );
}

function Shown({ party }: { party: components["schemas"]["Party"] }) {
  const { t } = useTranslation("parties");
  const may = useMay();
  const query = { party_id: party.id };
  const tabs = [
    { value: "overview", isShown: true, content: <PartyOverview party={party} /> },
    { value: "invoices", isShown: may("invoice:read"), content: <InvoiceTable prefix="invoices." query={query} /> },
    { value: "contracts", isShown: may("contract:read"), content: <ContractTable prefix="contracts." query={query} /> },
    { value: "payments", isShown: may("payment:read"), content: <PaymentTable prefix="payments." query={query} /> },
    { value: "comments", isShown: may("comment:read"), content: <Comments subject="party" id={party.id} /> },
  ];
  return (
    <Detail
      title={party.name}
      badges={<PartyState party={party} />}
      actions={<PartyActions party={party} />}
      back={{ to: "/parties", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
    />
  );
}
