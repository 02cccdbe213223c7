import { useTranslation } from "react-i18next";
import { useBytes } from "@/api/bytes";
import type { components } from "@/generated/api";
import { ProblemAlert } from "@/ui/problem-alert";
import { Skeleton } from "@/ui/skeleton";

type Document = components["schemas"]["Document"];

export function Thumbnail({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const { id, name, current } = document;
  if (!current.has_thumbnails) return <p className="text-muted">{t("preview.none")}</p>;
  return <Picture path={`/api/v1/documents/${id}/thumbnails/large`} version={current.id} name={name} />;
}

/** A picture that the session may read. */
export function Picture({ path, version, name }: { path: string; version: string; name: string }) {
  const { url, error, refetch } = useBytes(path, version);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!url) return <Skeleton className="h-80 w-full" />;
  return <img src={url} alt={name} className="mx-auto max-h-[80dvh] max-w-full rounded-lg border border-line" />;
}
