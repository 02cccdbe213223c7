import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { LineFields } from "@/business/line-fields";
import { amountOf } from "@/business/lines";
import { PricingError } from "@/business/pricing";
import { Rows } from "@/business/rows";
import { standardVat } from "@/business/vat-values";
import { Money } from "@/ui/values";
import { newPosition, type PositionValues } from "./contract-values";

const MOST = 500;

/** The positions of a contract or an amendment, and what they add up to. */
export function PositionRows({ currency, isAmendment }: { currency: string; isAmendment?: boolean }) {
  const { t } = useTranslation("contracts");
  const position = isAmendment ? { field: "changes_position" as const, label: t("fields.changes_position") } : undefined;
  return (
    <>
      <Rows<PositionValues>
        name="positions"
        label={t("fields.positions")}
        add={t("position_add")}
        row={(last) => newPosition(last?.vat ?? standardVat(""))}
        most={MOST}
        isOrdered
      >
        {(name) => <LineFields name={name} currency={currency} position={position} />}
      </Rows>
      <Value currency={currency} />
    </>
  );
}

function Value({ currency }: { currency: string }) {
  const { t } = useTranslation("contracts");
  const positions = useWatch({ name: "positions" }) as PositionValues[];
  return (
    <p className="flex justify-end gap-4 font-semibold">
      <span>{t("value_net")}</span>
      <Money value={{ amount_minor: Number(sumOf(positions, currency)), currency }} />
    </p>
  );
}

/** The sum of the positions that are complete, in minor units. */
function sumOf(positions: readonly PositionValues[], currency: string): bigint {
  return positions.reduce((sum, position) => {
    try {
      return sum + (amountOf({ ...position, discount: "", contract_position: "" }, currency) ?? 0n);
    } catch (error) {
      if (error instanceof PricingError) return sum;
      throw error;
    }
  }, 0n);
}
