import type { components } from "@/generated/api";

type Budget = Pick<components["schemas"]["Budget"], "current" | "hard_limit_nano_usd" | "soft_percent">;

/** The parts of a limit that are spent and held, in percent. A period may cost more than its limit. */
export function partsOf({ current, hard_limit_nano_usd, soft_percent }: Budget) {
  const percent = (nanoUsd: number) => (hard_limit_nano_usd === 0 ? 100 : (nanoUsd / hard_limit_nano_usd) * 100);
  const spent = Math.min(percent(current.spent_nano_usd), 100);
  return {
    spent,
    held: current.reserved_nano_usd === 0 ? 0 : Math.min(percent(current.reserved_nano_usd), 100 - spent),
    isWarned: percent(current.spent_nano_usd) >= soft_percent,
    isFull: percent(current.spent_nano_usd) >= 100,
  };
}
