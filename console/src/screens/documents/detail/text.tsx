import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { components } from "@/generated/api";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";

const PART = 20_000;

/** The text of the newest version, part by part. The address may name the part that a search has found. */
export function Text({ document: { id, current } }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const [search, setSearch] = useSearchState();
  const start = Number.parseInt(search.from ?? "0", 10) || 0;
  const end = Number.parseInt(search.to ?? "0", 10) || 0;
  const text = useInfiniteQuery({
    queryKey: ["/api/v1/documents/{id}/text", id, current.id, current.status, start] as const,
    queryFn: ({ signal, pageParam: from }) =>
      answer(api.GET("/api/v1/documents/{id}/text", { params: { path: { id }, query: { from, length: PART } }, signal })),
    initialPageParam: start,
    getNextPageParam: ({ from, has_more, text: part }) => (has_more ? from + [...part].length : undefined),
  });
  if (text.error) return <ProblemAlert error={text.error} onRetry={() => void text.refetch()} />;
  if (!text.data) return <SkeletonBlock />;
  // Positions of the API count Unicode's scalar values.
  const characters = [...text.data.pages.map((part) => part.text).join("")];
  const found = Math.max(0, Math.min(end - start, characters.length));
  return (
    <Card>
      {start > 0 && (
        <Button size="small" className="mb-3" onClick={() => setSearch({ from: undefined, to: undefined })}>{t("text.from_start")}</Button>
      )}
      {characters.length === 0 ? (
        <p className="text-muted">{t("text.none")}</p>
      ) : (
        <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">
          {found > 0 && <mark className="bg-tint text-text">{characters.slice(0, found).join("")}</mark>}
          {characters.slice(found).join("")}
        </p>
      )}
      {text.hasNextPage && (
        <Button className="mt-3" busy={text.isFetchingNextPage} onClick={() => void text.fetchNextPage()}>{t("common:list.more")}</Button>
      )}
    </Card>
  );
}
