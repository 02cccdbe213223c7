import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/problem";
import { Button } from "./button";
import { CopyButton } from "./copy-button";

interface Props {
  /** Nothing is shown without an error. */
  error: unknown;
  onRetry?: () => void;
}

/** Why a request failed: the problem's detail, its faults, and its request_id for the support. */
export function ProblemAlert({ error, onRetry }: Props) {
  const { t } = useTranslation();
  if (!error) return null;
  const { code, message, requestId, faults } = asApiError(error);
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-bad bg-bad-tint p-3 text-text">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="font-medium wrap-anywhere">{code === "network" ? t("problem.network") : message}</p>
        {faults.length > 0 && (
          <ul className="list-disc pl-5 text-sm">
            {faults.map((fault) => (
              <li key={`${fault.pointer ?? fault.parameter ?? fault.line}${fault.code}`}>
                {fault.line !== undefined && t("problem.line", { line: fault.line })} {placeOf(fault)} {fault.detail}
              </li>
            ))}
          </ul>
        )}
        {requestId && (
          <p className="flex flex-wrap items-center gap-2 text-sm">
            <span>{t("problem.request_id")}</span>
            <code className="wrap-anywhere">{requestId}</code>
            <CopyButton text={requestId} label={t("problem.copy")} />
          </p>
        )}
        {onRetry && <Button size="small" onClick={onRetry}>{t("retry")}</Button>}
      </div>
    </div>
  );
}

const placeOf = (fault: { pointer?: string; parameter?: string; column?: string }) => {
  const place = fault.pointer ?? fault.parameter ?? fault.column;
  return place ? <code>{place}</code> : null;
};
