import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read, type QueryOf } from "@/api/read";
import { Page } from "@/app/page";
import kinds from "@/generated/values/SearchKind";
import { FilterControl, type Filter, TypedFilter } from "@/records/filters";
import { useSearchState } from "@/records/search-state";
import { EmptyState } from "@/ui/empty-state";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Hit } from "./hit";

const MOST = 50;

/** Finds records of all kinds: documents by the words of their text, too, and by meaning where there is a model for it. */
export function SearchScreen() {
  const { t } = useTranslation("search");
  const [search, setSearch] = useSearchState();
  const { q, kinds: chosen, project_id } = search;
  const query = { q: q ?? "", kinds: chosen?.split(","), project_id, limit: MOST } as QueryOf<"/api/v1/search">;
  const found = useQuery({ ...read("/api/v1/search", { query }), enabled: Boolean(q), placeholderData: (before) => before });
  const filters: Filter[] = [
    { kind: "set", name: "kinds", label: t("kinds"), values: kinds, text: (value) => t(`common:subject.${value}`) },
    { kind: "record", name: "project_id", label: t("project"), of: "project" },
  ];
  return (
    <Page title={t("title")}>
      <div role="search" className="flex flex-wrap gap-2">
        <TypedFilter isSearch label={t("label")} value={q} onChange={(typed) => setSearch({ q: typed })} />
        {filters.map((filter) => (
          <FilterControl key={filter.label} filter={filter} value={(name) => search[name]} onChange={setSearch} />
        ))}
      </div>
      <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
      {!q && (
        <EmptyState title={t("empty.title")} example={{ method: "GET", path: "/api/v1/search?q=concrete" }}>{t("empty.text")}</EmptyState>
      )}
      {q && found.isPending && <SkeletonBlock />}
      {q && found.data && (
        <>
          <p role="status" className="text-sm text-muted">
            {t("found", { count: found.data.data.length })}
            {found.data.vectors !== "off" && <> {t(`vectors.${found.data.vectors}`)}</>}
          </p>
          <ol className="space-y-3">
            {found.data.data.map((hit) => <Hit key={`${hit.kind}${hit.id}`} hit={hit} />)}
          </ol>
        </>
      )}
    </Page>
  );
}
