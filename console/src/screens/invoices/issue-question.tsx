import { useTranslation } from "react-i18next";
import { WithDefaults } from "@/business/defaults";
import { Money } from "@/ui/values";
import type { Invoice } from "./invoice-values";

/** What is asked before the issue, and what the seller's settings lack for it. */
export function IssueQuestion({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  return (
    <>
      <p>{t("issue.text")}</p>
      <p className="font-semibold">
        {t("totals.due")}: <Money value={invoice.totals.due} />
      </p>
      {invoice.direction === "receivable" && (
        <WithDefaults>
          {({ missing }) => missing.length > 0 && <p className="text-warn">{t("issue.missing", { fields: missing.join(", ") })}</p>}
        </WithDefaults>
      )}
    </>
  );
}
