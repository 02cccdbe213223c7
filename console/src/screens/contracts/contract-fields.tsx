import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { CurrencyField } from "@/business/currency-field";
import { PercentField } from "@/business/number-fields";
import { DateField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import roles from "@/generated/values/ContractRole";
import { RecordField } from "@/records/record-field";
import { Card } from "@/ui/card";
import { PositionRows } from "./position-rows";

/** The fields of a contract. What was agreed is fixed once it is active. */
export function ContractFields({ isDraft }: { isDraft: boolean }) {
  const { t } = useTranslation("contracts");
  const currency = useWatch({ name: "currency" }) as string;
  return (
    <>
      <Card title={t("groups.contract")}>
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <TextField className="sm:col-span-2" name="title" label={t("fields.title")} />
          {isDraft && (
            <>
              <TextField name="number" label={t("fields.number")} hint={t("number_hint")} />
              <SelectField name="role" label={t("fields.role")} options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))} />
              <RecordField className="sm:col-span-2" name="party_id" kind="party" label={t("fields.party_id")} />
              <RecordField className="sm:col-span-2" name="project_id" kind="project" label={t("fields.project_id")} />
              <CurrencyField name="currency" />
              <PercentField name="retention_basis_points" label={t("fields.retention_basis_points")} />
            </>
          )}
          <RecordField className="sm:col-span-2" name="document_id" kind="document" label={t("fields.document_id")} />
          <DateField name="signed_at" label={t("fields.signed_at")} />
          <DateField name="starts_on" label={t("fields.starts_on")} />
          <DateField name="ends_on" label={t("fields.ends_on")} />
          <div className="sm:col-span-2 lg:col-span-4">
            <TextAreaField name="note" label={t("fields.note")} />
          </div>
        </div>
      </Card>
      {isDraft && (
        <Card>
          <PositionRows currency={currency} />
        </Card>
      )}
    </>
  );
}
