import { Box, File, FileText, Image } from "lucide-react";
import { useState } from "react";
import type { components } from "@/generated/api";

type Document = components["schemas"]["Document"];

const ICONS = { pdf: FileText, photo: Image, ifc: Box, other: File };

/** The thumbnail of a document, or the sign of its kind. */
export function DocumentIcon({ document: { id, kind, version, current } }: { document: Document }) {
  const [isBroken, setBroken] = useState(false);
  const Icon = ICONS[kind];
  if (!current.has_thumbnails || isBroken) return <Icon aria-hidden="true" className="size-8 p-1.5 text-muted" />;
  return (
    <img
      src={`/api/v1/documents/${id}/thumbnails/small`}
      key={version}
      alt=""
      loading="lazy"
      onError={() => setBroken(true)}
      className="size-8 rounded border border-line bg-page object-cover"
    />
  );
}
