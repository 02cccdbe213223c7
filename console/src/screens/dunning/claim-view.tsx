import { useTranslation } from "react-i18next";
import { Percent } from "@/business/vat";
import type { components } from "@/generated/api";
import { Properties } from "@/ui/properties";
import { Table } from "@/ui/table";
import { Count, Day, Money } from "@/ui/values";

const AMOUNTS = ["overdue", "interest", "fees", "lump_sum", "total"] as const;

/** What a notice claims as of its day, and how its interest is calculated. */
export function ClaimView({ claim }: { claim: components["schemas"]["DunningClaim"] }) {
  const { t } = useTranslation("dunning");
  return (
    <div className="space-y-4">
      <Properties
        items={[
          [t("fields.level"), claim.level],
          [t("fields.dated_on"), <Day key="dated" value={claim.dated_on} />],
          [t("fields.pay_by"), <Day key="by" value={claim.pay_by} />],
          ...AMOUNTS.map((name) => [t(`fields.${name}`), <Money key={name} value={claim[name]} />] as const),
          [t("fields.law"), t(`laws.${claim.law}`)],
          [t("fields.consumer"), t(claim.consumer ? "common:yes" : "common:no")],
          [t("fields.text"), <span key="text" className="whitespace-pre-wrap">{claim.text ?? "–"}</span>],
        ]}
      />
      {claim.periods.length > 0 && (
        <Table
          label={t("periods")}
          rows={claim.periods}
          rowKey={({ from, amount }) => `${from}${amount.amount_minor}`}
          columns={[
            { header: t("period.from"), cell: ({ from }) => <Day value={from} /> },
            { header: t("period.until"), cell: ({ until }) => <Day value={until} /> },
            { header: t("period.days"), isNumber: true, cell: ({ days }) => <Count value={days} /> },
            { header: t("period.amount"), isNumber: true, cell: ({ amount }) => <Money value={amount} /> },
            { header: t("period.rate"), isNumber: true, cell: ({ rate_basis_points }) => <Percent points={rate_basis_points} /> },
            { header: t("period.base_rate"), isNumber: true, cell: ({ base_rate_basis_points: base }) => (base === null ? "–" : <Percent points={base} />) },
            { header: t("period.since"), cell: ({ base_rate_since }) => <Day value={base_rate_since} /> },
          ]}
        />
      )}
    </div>
  );
}
