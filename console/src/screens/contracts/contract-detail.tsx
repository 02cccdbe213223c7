import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Percent } from "@/business/vat";
import type { components } from "@/generated/api";
import { Comments } from "@/records/comments/comments";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { InvoiceTable } from "@/screens/invoices/invoice-table";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Day, Money, Time } from "@/ui/values";
import { ContractActions } from "./contract-actions";
import { Amendments, Positions } from "./contract-parts";
import { ContractBalance } from "./contract-balance";
import { ContractStatus } from "./contract-status";

export function ContractDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["contracts", "invoices", "payments"]);
  return (
    <Loaded path="/api/v1/contracts/{id}" params={{ path: { id } }}>
      {(contract) => <Shown contract={contract} />}
    </Loaded>
  );
}

function Shown({ contract }: { contract: components["schemas"]["Contract"] }) {
  const { t } = useTranslation("contracts");
  const may = useMay();
  const { id } = contract;
  const tabs = [
    { value: "positions", isShown: true, content: <Positions id={id} /> },
    { value: "amendments", isShown: true, content: <Amendments id={id} /> },
    { value: "balance", isShown: true, content: <ContractBalance id={id} /> },
    { value: "invoices", isShown: may("invoice:read"), content: <InvoiceTable prefix="invoices." query={{ contract_id: id }} /> },
    { value: "comments", isShown: may("comment:read"), content: <Comments subject="contract" id={id} /> },
  ];
  return (
    <Detail
      title={contract.title}
      badges={<ContractStatus status={contract.status} />}
      actions={<ContractActions contract={contract} />}
      back={{ to: "/contracts", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
    >
      <Card>
        <div className="grid items-start gap-x-8 gap-y-2 lg:grid-cols-2">
          <Properties
            items={[
              [t("fields.number"), contract.number ?? "–"],
              [t("fields.role"), t(`roles.${contract.role}`)],
              [t("fields.party_id"), <RecordLink key="party" kind="party" id={contract.party_id} />],
              [t("fields.project_id"), <RecordLink key="project" kind="project" id={contract.project_id} />],
              [t("value_net"), <Money key="value" value={contract.value} />],
              [t("fields.retention_basis_points"), <Percent key="retention" points={contract.retention_basis_points} />],
            ]}
          />
          <Properties
            items={[
              [t("fields.document_id"), <RecordLink key="document" kind="document" id={contract.document_id} />],
              [t("fields.signed_at"), <Day key="signed" value={contract.signed_at} />],
              [t("fields.starts_on"), <Day key="starts" value={contract.starts_on} />],
              [t("fields.ends_on"), <Day key="ends" value={contract.ends_on} />],
              ...(contract.terminated_on
                ? [
                    [t("terminate.on"), <Day key="terminated" value={contract.terminated_on} />] as const,
                    [t("terminate.reason"), contract.termination_reason ?? "–"] as const,
                  ]
                : []),
              [t("updated"), <Time key="updated" value={contract.updated_at} />],
            ]}
          />
        </div>
        {contract.note && <p className="mt-3 whitespace-pre-wrap wrap-anywhere">{contract.note}</p>}
      </Card>
    </Detail>
  );
}
