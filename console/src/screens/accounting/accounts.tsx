import { ListOrdered } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { VatText } from "@/business/vat";
import { Actions } from "@/records/actions";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { toast } from "@/ui/toast";

/** The accounts that count, and the action that gives accounts to parties. */
export function Accounts() {
  const { t } = useTranslation("accounting");
  const may = useMay();
  async function assign() {
    const { debtors, creditors, has_more } = await answer(api.POST("/api/v1/accounting/assign-accounts"));
    toast(t(has_more ? "assign.more" : "assign.done", { debtors, creditors }));
    await queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(parties|accounting)/.test(String(path)) });
  }
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">{t("accounts_text")}</p>
        <Actions actions={[{ label: t("assign.title"), icon: ListOrdered, isFirst: true, isShown: may("party:update"), question: t("assign.text"), run: assign }]} />
      </div>
      <RecordTable
        id="accounting-accounts"
        prefix="accounts."
        label={t("tabs.accounts")}
        path="/api/v1/accounting/accounts"
        rowName={({ account, purpose, vat_category, rate_basis_points, region }) => [purpose, account, vat_category, rate_basis_points, region].join(" ")}
        columns={[
          { id: "account", header: t("fields.account"), cell: ({ account }) => account },
          { id: "purpose", header: t("fields.purpose"), cell: ({ purpose }) => t(`purposes.${purpose}`) },
          {
            id: "vat",
            header: t("business:line.vat"),
            cell: ({ vat_category: category, rate_basis_points }) => (category ? <>{category} · <VatText vat={{ category, rate_basis_points: rate_basis_points ?? 0 }} /></> : t("all_others")),
          },
          { id: "region", header: t("fields.region"), cell: ({ region }) => (region ? t(`regions.${region}`) : t("all_others")) },
          { id: "tax_key", header: t("fields.tax_key"), cell: ({ tax_key }) => tax_key ?? "–" },
        ]}
        empty={
          <EmptyState
            title={t("accounts_none")}
            example={{ method: "PATCH", path: "/api/v1/organization", body: { settings: { accounting: { chart: "skr03" } } } }}
          >
            {t("accounts_none_text")}
          </EmptyState>
        }
      />
    </div>
  );
}
