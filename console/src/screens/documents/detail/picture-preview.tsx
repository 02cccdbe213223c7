import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Bytes } from "@/ui/values";
import { Picture, Thumbnail } from "./thumbnail";

// Browsers show these; of a HEIC, most show nothing.
const SHOWN = new Set(["image/jpeg", "image/png", "image/webp"]);

/** A picture: its thumbnail, and the original when it is asked for. */
export function PicturePreview({ document }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const [isOriginal, setOriginal] = useState(false);
  const { id, name, current } = document;
  const canShow = SHOWN.has(current.content_type);
  const isWhole = canShow && (isOriginal || !current.has_thumbnails);
  return (
    <div className="space-y-3">
      {isWhole ? (
        <Picture path={`/api/v1/documents/${id}/content?version=${current.id}`} version={current.id} name={name} />
      ) : (
        <Thumbnail document={document} />
      )}
      {canShow && !isWhole && (
        <Button onClick={() => setOriginal(true)}>
          {t("preview.original")} (<Bytes value={current.size_bytes} />)
        </Button>
      )}
    </div>
  );
}
