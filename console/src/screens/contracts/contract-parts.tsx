import { useTranslation } from "react-i18next";
import { Unit } from "@/business/unit";
import { VatText } from "@/business/vat";
import { RecordTable } from "@/records/record-table";
import { Day, Money, Time } from "@/ui/values";

/** The positions of a contract, with those that amendments have added. */
export function Positions({ id }: { id: string }) {
  const { t } = useTranslation("contracts");
  return (
    <RecordTable
      id="contract-positions"
      prefix="positions."
      label={t("tabs.positions")}
      path="/api/v1/contracts/{id}/positions"
      params={{ path: { id } }}
      rowName={({ position }) => String(position)}
      columns={[
        { id: "position", header: t("position"), cell: ({ position }) => position },
        { id: "text", header: t("text"), cell: ({ text }) => text },
        { id: "quantity", header: t("quantity"), cell: ({ quantity, unit }) => <>{quantity} <Unit code={unit} /></>, isNumber: true },
        { id: "unit_price", header: t("unit_price"), cell: ({ unit_price }) => unit_price, isNumber: true },
        { id: "vat", header: t("vat"), cell: ({ vat }) => <VatText vat={vat} />, isNumber: true },
        { id: "net", header: t("net"), cell: ({ net }) => <Money value={net} />, isNumber: true },
        { id: "amendment", header: t("amendment"), cell: ({ amendment }) => amendment ?? "–", isNumber: true },
        { id: "changes", header: t("fields.changes_position"), cell: ({ changes_position }) => changes_position ?? "–", isNumber: true },
      ]}
      empty={<p className="text-muted">{t("positions_none")}</p>}
    />
  );
}

export function Amendments({ id }: { id: string }) {
  const { t } = useTranslation("contracts");
  return (
    <RecordTable
      id="contract-amendments"
      prefix="amendments."
      label={t("tabs.amendments")}
      path="/api/v1/contracts/{id}/amendments"
      params={{ path: { id } }}
      rowName={({ title }) => title}
      columns={[
        { id: "number", header: t("amendment"), cell: ({ number }) => number },
        { id: "title", header: t("fields.title"), cell: ({ title }) => title },
        { id: "value", header: t("value_change"), cell: ({ value }) => <Money value={value} />, isNumber: true },
        { id: "signed_at", header: t("fields.signed_at"), cell: ({ signed_at }) => <Day value={signed_at} /> },
        { id: "note", header: t("fields.note"), cell: ({ note }) => note ?? "–" },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} /> },
      ]}
      empty={<p className="text-muted">{t("amendments_none")}</p>}
    />
  );
}
