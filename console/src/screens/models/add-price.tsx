import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { filled } from "@/forms/bodies";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { UsdField } from "@/forms/usd-field";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_model_price";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { parseUsd } from "@/ui/usd";
import { PRICES } from "./model-prices";

type NewPrice = components["schemas"]["NewModelPrice"];
type Values = Record<keyof NewPrice, string>;

export function AddPrice({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("models");
  async function add({ valid_from, ...prices }: Values) {
    const amounts = Object.fromEntries(PRICES.map((name) => [name, parseUsd(prices[name])])) as Omit<NewPrice, "valid_from">;
    const body = { ...amounts, ...(valid_from ? { valid_from: new Date(valid_from).toISOString() } : {}) };
    await answer(api.POST("/api/v1/models/{id}/prices", { params: { path: { id } }, body: filled(body) }));
    await queries.invalidateQueries({ queryKey: ["/api/v1/models/{id}/prices"] });
    toast(t("prices.added_toast"));
    onClose();
  }
  return (
    <Dialog title={t("prices.add")} onClose={onClose}>
      <Form<Values>
        // A time that is typed has no zone yet.
        rules={{ ...rules, valid_from: {} }}
        values={{ input_nano_usd: "", output_nano_usd: "", cache_read_nano_usd: "", cache_write_nano_usd: "", valid_from: "" }}
        submit={add}
        action={t("prices.add")}
        onCancel={onClose}
      >
        <p className="text-muted">{t("prices.unit")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {PRICES.map((name) => (
            <UsdField key={name} name={name} label={t(`prices.${name}`)} hint={name.startsWith("cache") ? t("prices.cache_hint") : undefined} />
          ))}
        </div>
        <TextField name="valid_from" type="datetime-local" label={t("prices.valid_from")} hint={t("prices.valid_from_hint")} />
      </Form>
    </Dialog>
  );
}
