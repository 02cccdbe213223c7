import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Cost } from "@/ui/values";
import { partsOf } from "./parts";

/** What the current period has cost and what is held, as a part of the limit. */
export function Spending({ budget }: { budget: components["schemas"]["Budget"] }) {
  const { t } = useTranslation("budgets");
  const { spent, held, isWarned, isFull } = partsOf(budget);
  const { spent_nano_usd, reserved_nano_usd } = budget.current;
  return (
    <div className="min-w-40 space-y-1">
      <div aria-hidden="true" className="flex h-2 overflow-hidden rounded-full bg-line">
        <div className={isFull ? "bg-bad" : isWarned ? "bg-warn" : "bg-accent"} style={{ width: `${spent}%` }} />
        <div className="bg-edge" style={{ width: `${held}%` }} />
      </div>
      <p className="text-sm">
        <Cost nanoUsd={spent_nano_usd} /> / <Cost nanoUsd={budget.hard_limit_nano_usd} />
        {reserved_nano_usd > 0 && <span className="text-muted"> · {t("held")} <Cost nanoUsd={reserved_nano_usd} /></span>}
        {isFull && <strong className="text-bad"> · {t("full")}</strong>}
        {isWarned && !isFull && <strong className="text-warn"> · {t("warned")}</strong>}
      </p>
    </div>
  );
}
