import { useTranslation } from "react-i18next";
import { classes } from "./classes";

/** The place of a text that is on its way. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden="true" className={classes("block h-4 animate-pulse rounded bg-line", className)} />
);

/** The place of a screen, or a part of one, that is on its way. */
export function SkeletonBlock({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("loading")} className="space-y-3">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={line % 3 === 2 ? "w-2/3" : "w-full"} />
      ))}
    </div>
  );
}
