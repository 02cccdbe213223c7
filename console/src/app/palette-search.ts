import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { useSettled } from "@/ui/use-settled";
import type { Entry } from "./palette";
import { screenOf } from "./subjects";

/** The records that the search of the API finds for a text of at least two letters, and its screen. */
export function useFound(typed: string): Entry[] {
  const { t } = useTranslation();
  const may = useMay();
  const q = useSettled(typed.trim());
  const { data } = useQuery({
    ...read("/api/v1/search", { query: { q, limit: 10 } }),
    enabled: q.length >= 2 && may("search:read"),
  });
  const all: Entry[] =
    q.length >= 2 && may("search:read") ? [{ key: "search-all", text: t("palette.search", { q }), to: "/search", search: { q } }] : [];
  const records = (data?.data ?? []).flatMap(({ kind, id, title }) => {
    const to = screenOf(kind, id);
    return to ? [{ key: id, text: title, note: t(`subject.${kind}`), to }] : [];
  });
  return [...records, ...all];
}
