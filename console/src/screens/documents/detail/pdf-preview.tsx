import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBytes } from "@/api/bytes";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { Skeleton } from "@/ui/skeleton";
import { Bytes } from "@/ui/values";
import { Thumbnail } from "./thumbnail";

type Document = components["schemas"]["Document"];

// The bytes are held in memory.
const UNASKED_BYTES = 20_000_000;

/** The browser's own view of a PDF; the picture of its first page where the browser has none. */
export function PdfPreview({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const [isWanted, setWanted] = useState(document.current.size_bytes <= UNASKED_BYTES);
  if (!navigator.pdfViewerEnabled) return <Thumbnail document={document} />;
  if (isWanted) return <Frame document={document} />;
  return (
    <div className="space-y-3">
      <Button onClick={() => setWanted(true)}>
        {t("preview.show")} (<Bytes value={document.current.size_bytes} />)
      </Button>
      <Thumbnail document={document} />
    </div>
  );
}

function Frame({ document: { id, name, current } }: { document: Document }) {
  const { t } = useTranslation("documents");
  const { url, error, refetch } = useBytes(`/api/v1/documents/${id}/content?version=${current.id}`, current.id, "application/pdf");
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!url) return <Skeleton className="h-[75dvh] w-full" />;
  return (
    <iframe
      title={t("preview.frame", { name })}
      src={`${url}#navpanes=0`}
      className="h-[75dvh] w-full rounded-lg border border-line bg-surface"
    />
  );
}
