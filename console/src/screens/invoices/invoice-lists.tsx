import { useMutation } from "@tanstack/react-query";
import { ListPlus } from "lucide-react";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { LineFields } from "@/business/line-fields";
import { lineValues, type LineValues, newLine } from "@/business/lines";
import { PercentField } from "@/business/number-fields";
import { Rows } from "@/business/rows";
import { VatFields } from "@/business/vat";
import { standardVat } from "@/business/vat-values";
import { MoneyField, NumberField, SelectField, TextField } from "@/forms/fields";
import adjustmentTypes from "@/generated/values/AdjustmentType";
import { RecordField } from "@/records/record-field";
import { positionsOf } from "@/screens/contracts/positions";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import type { AdjustmentValues, DiscountValues } from "./invoice-values";

const TWO = "grid gap-3 sm:grid-cols-2";
const MOST_LINES = 1000;

export function Lines() {
  const { t } = useTranslation("invoices");
  const [currency, contract] = useWatch({ name: ["currency", "contract_id"] }) as [string, string];
  const position = contract ? { field: "contract_position" as const, label: t("fields.contract_position") } : undefined;
  return (
    <Rows<LineValues>
      name="lines"
      label={t("fields.lines")}
      add={t("lines.add")}
      row={(last) => newLine(last?.vat ?? standardVat(""))}
      most={MOST_LINES}
      isOrdered
      actions={(append) => contract && <FromContract contractId={contract} append={append} />}
    >
      {(name) => <LineFields name={name} currency={currency} hasDiscount position={position} />}
    </Rows>
  );
}

/** Adds a line for each position of the contract that changes no other one. */
function FromContract({ contractId, append }: { contractId: string; append: (lines: LineValues[]) => void }) {
  const { t } = useTranslation("invoices");
  const adding = useMutation({
    mutationFn: () => positionsOf(contractId),
    onSuccess: (positions) =>
      append(
        positions
          .filter(({ changes_position }) => changes_position === null)
          .map((position) => lineValues({ ...position, contract_position: position.position, discount: null })),
      ),
  });
  return (
    <>
      <Button busy={adding.isPending} onClick={() => adding.mutate()}>
        <ListPlus aria-hidden="true" />
        {t("lines.from_contract")}
      </Button>
      <ProblemAlert error={adding.error} />
    </>
  );
}

export function Adjustments() {
  const { t } = useTranslation("invoices");
  const [currency, lines] = useWatch({ name: ["currency", "lines"] }) as [string, LineValues[]];
  const types = adjustmentTypes.map((value) => ({ value, label: t(`adjustments.${value}`) }));
  return (
    <Rows<AdjustmentValues>
      name="adjustments"
      label={t("fields.adjustments")}
      add={t("adjustments.add")}
      row={(last) => ({ type: "allowance", amount: "", reason: "", vat: last?.vat ?? lines[0]?.vat ?? standardVat("") })}
      most={20}
    >
      {(name) => (
        <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          <SelectField name={`${name}.type`} label={t("adjustments.type")} options={types} />
          <MoneyField name={`${name}.amount`} label={t("adjustments.amount")} currency={currency} />
          <VatFields name={`${name}.vat`} />
          <TextField className="sm:col-span-2 lg:col-span-4" name={`${name}.reason`} label={t("adjustments.reason")} />
        </div>
      )}
    </Rows>
  );
}

export function Discounts() {
  const { t } = useTranslation("invoices");
  return (
    <Rows<DiscountValues>
      name="discounts"
      label={t("fields.discounts")}
      add={t("discounts.add")}
      row={() => ({ days: 10, rate_basis_points: "2" })}
      most={5}
    >
      {(name) => (
        <div className={TWO}>
          <NumberField name={`${name}.days`} label={t("discounts.days")} />
          <PercentField name={`${name}.rate_basis_points`} label={t("discounts.rate")} />
        </div>
      )}
    </Rows>
  );
}

export function Attachments() {
  const { t } = useTranslation("invoices");
  return (
    <Rows name="attachments" label={t("fields.attachments")} add={t("attachments.add")} row={() => ({ document_id: "" })} most={10}>
      {(name) => <RecordField name={`${name}.document_id`} kind="document" label={t("attachments.document")} />}
    </Rows>
  );
}
