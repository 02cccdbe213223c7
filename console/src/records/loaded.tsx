import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/problem";
import { type Answer, type Params, type ReadPath, read } from "@/api/read";
import { Page, SkeletonPage } from "@/app/page";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";

interface Props<P extends ReadPath> {
  path: P;
  params?: Params<P>;
  /** Reads again in this time, where no event tells of changes; `false` for a value that changes no more. */
  everyMs?: number | ((value: Answer<P>) => number | false);
  /** How much place the skeleton takes. */
  lines?: number;
  /** The value is a screen with a title of its own: so are the skeleton and the problem. */
  isScreen?: boolean;
  children: (value: Answer<P>) => ReactNode;
}

/** Shows what a path answers: a skeleton before, and the problem when it fails. */
export function Loaded<P extends ReadPath>({ path, params, everyMs, lines, isScreen, children }: Props<P>) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...read(path, params),
    refetchInterval: ({ state }) => (typeof everyMs === "function" ? state.data !== undefined && everyMs(state.data) : (everyMs ?? false)),
  });
  if (data !== undefined) return children(data);
  if (!error) return isScreen ? <SkeletonPage /> : <SkeletonBlock lines={lines} />;
  const alert = <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!isScreen) return alert;
  return <Page title={asApiError(error).status === 404 ? t("not_found.title") : t("failure.title")}>{alert}</Page>;
}
