import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { send } from "@/api/client";
import { errorOf } from "@/api/problem";
import { CURRENCIES } from "@/business/currencies";
import { today } from "@/business/days";
import { DateField, SelectField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { Card } from "@/ui/card";
import { save } from "@/ui/save";
import { monthBefore } from "./month";

interface Values {
  from: string;
  until: string;
  currency: string;
}

const RULES = { from: { required: true, format: "date" }, until: { required: true, format: "date" } } as const;

/** Saves the entries of a period as a file for DATEV; the month before this one is proposed. */
export function Datev() {
  const { t } = useTranslation("accounting");
  async function download({ from, until, currency }: Values) {
    const query = new URLSearchParams({ from, until, ...(currency ? { currency } : {}) }).toString();
    const response = await send(new Request(`${location.origin}/api/v1/accounting/datev?${query}`));
    if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
    const name = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    save(await response.blob(), name ?? `EXTF_${from}_${until}.csv`);
  }
  return (
    <Card title={t("datev.title")} className="max-w-xl">
      <Form<Values> rules={RULES} values={{ ...monthBefore(today()), currency: "" }} submit={download} action={t("datev.save")}>
        <p className="text-muted">{t("datev.text")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <DateField name="from" label={t("business:days.from")} />
          <DateField name="until" label={t("business:days.until")} />
        </div>
        <SelectField name="currency" label={t("business:currency")} none={t("datev.currency")} options={CURRENCIES.map((value) => ({ value, label: value }))} />
        <p className="flex gap-2 text-sm text-muted"><Download aria-hidden="true" className="size-4 shrink-0" />{t("datev.closed")}</p>
      </Form>
    </Card>
  );
}
