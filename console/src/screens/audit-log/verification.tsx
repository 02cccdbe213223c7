import { useInfiniteQuery } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Popover } from "@/ui/popover";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { Skeleton } from "@/ui/skeleton";
import { Count } from "@/ui/values";
import { verify } from "./verify";

// 500 entries each.
const PAGES_AT_ONCE = 10;

/** Whether the chain of the entries is whole. A long log is verified in parts, when the user asks for it. */
export function Verification() {
  const { t } = useTranslation("audit-log");
  const list = useInfiniteQuery({
    queryKey: ["audit-log-verification"],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      verify(
        (after) => answer(api.GET("/api/v1/audit-logs/verification", { params: { query: { after } }, signal })),
        pageParam,
        PAGES_AT_ONCE,
      ),
    getNextPageParam: ({ isComplete, fault, upTo }) => (isComplete || fault ? undefined : upTo),
  });
  const last = list.data?.pages.at(-1);
  if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  if (!last) return <Skeleton className="h-6 w-40" />;
  const { fault, upTo, head, isComplete } = last;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Popover
        align="start"
        label={t("verification.title")}
        trigger={
          <button type="button" className="rounded-full">
            <Badge tone={fault ? "bad" : "good"}>
              {fault ? <ShieldAlert aria-hidden="true" className="size-4" /> : <ShieldCheck aria-hidden="true" className="size-4" />}
              {fault ? t("verification.fault") : t(isComplete ? "verification.whole" : "verification.part", { number: upTo })}
            </Badge>
          </button>
        }
      >
        <p className="mb-3 text-sm text-muted">{t("verification.text")}</p>
        <Properties
          items={[
            [t("verification.up_to"), <Count key="up_to" value={upTo} />],
            [t("verification.head"), <code key="head" className="text-sm">{head}</code>],
            ...(fault
              ? ([
                  [t("verification.number"), fault.number ?? "–"],
                  [t("verification.reason"), t(`verification.reasons.${fault.reason}`)],
                ] as const)
              : []),
          ]}
        />
        <div className="mt-3"><CopyButton text={head} label={t("verification.copy")} /></div>
      </Popover>
      {list.hasNextPage && (
        <Button size="small" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("verification.more")}
        </Button>
      )}
    </span>
  );
}
