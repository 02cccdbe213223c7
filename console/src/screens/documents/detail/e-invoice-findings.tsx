import { useTranslation } from "react-i18next";
import type { Amount } from "@/ui/money";
import { Properties } from "@/ui/properties";
import { Count, Day, Money } from "@/ui/values";

export interface EInvoice {
  number: string;
  seller?: string | null;
  issued_on?: string | null;
  syntax: string;
  gross?: Amount | null;
  due?: Amount | null;
  warnings?: number;
}

/** What an electronic invoice in the document says. */
export function EInvoiceFindings({ invoice }: { invoice: EInvoice }) {
  const { t } = useTranslation("documents");
  return (
    <div>
      <h3 className="mb-2 font-medium">{t("e_invoice.title")}</h3>
      <Properties
        items={[
          [t("e_invoice.number"), invoice.number],
          [t("e_invoice.seller"), invoice.seller ?? "–"],
          [t("e_invoice.issued_on"), <Day key="issued_on" value={invoice.issued_on} />],
          [t("e_invoice.gross"), <Money key="gross" value={invoice.gross} />],
          [t("e_invoice.due"), <Money key="due" value={invoice.due} />],
          [t("e_invoice.syntax"), t(`e_invoice.syntaxes.${invoice.syntax}`, { defaultValue: invoice.syntax })],
          [t("e_invoice.warnings"), <Count key="warnings" value={invoice.warnings} />],
        ]}
      />
    </div>
  );
}
