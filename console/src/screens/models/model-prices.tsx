import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Cost, Time } from "@/ui/values";
import { AddPrice } from "./add-price";

export const PRICES = ["input_nano_usd", "output_nano_usd", "cache_read_nano_usd", "cache_write_nano_usd"] as const;

export function ModelPrices({ model }: { model: components["schemas"]["Model"] }) {
  const { t } = useTranslation("models");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const add = may("model:update") && (
    <Button onClick={() => setSearch({ dialog: "price" })}>
      <Plus aria-hidden="true" />
      {t("prices.add")}
    </Button>
  );
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">{t("prices.text")}</p>
        {add}
      </div>
      <RecordTable
        id="model-prices"
        prefix="prices_"
        label={t("tabs.prices")}
        path="/api/v1/models/{id}/prices"
        params={{ path: { id: model.id } }}
        topics={["models"]}
        rowName={({ valid_from }) => valid_from}
        columns={[
          { id: "valid_from", header: t("prices.valid_from"), cell: ({ valid_from }) => <Time value={valid_from} />, sort: "valid_from" },
          ...PRICES.map((name) => ({
            id: name,
            header: t(`prices.${name}`),
            cell: (price: components["schemas"]["ModelPrice"]) => <Cost nanoUsd={price[name]} />,
            isNumber: true,
          })),
        ]}
        empty={
          <EmptyState
            title={t("prices.empty")}
            example={{
              method: "POST",
              path: `/api/v1/models/${model.id}/prices`,
              body: { input_nano_usd: 150_000_000, output_nano_usd: 600_000_000 },
            }}
          />
        }
      />
      {search.dialog === "price" && <AddPrice id={model.id} onClose={() => setSearch({ dialog: undefined })} />}
    </div>
  );
}
