import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/bytes";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { RecordTable } from "@/records/record-table";
import { ActionButton } from "@/ui/action-button";
import { DropZone } from "@/ui/drop-zone";
import { Bytes, Time } from "@/ui/values";
import { DocumentStatus } from "../document-status";
import { UploadList } from "../uploads/upload-list";
import { uploads } from "../uploads/use-uploads";

export function Versions({ document }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const may = useMay();
  const { id } = document;
  return (
    <div className="space-y-4">
      {may("document:update") && (
        <DropZone label={t("versions.upload")} hint={t("versions.hint")} onFiles={(files) => uploads.add(files, { documentId: id })} />
      )}
      <UploadList documentId={id} />
      <RecordTable
        id="document-versions"
        prefix="versions."
        label={t("tabs.versions")}
        path="/api/v1/documents/{id}/versions"
        params={{ path: { id } }}
        topics={["documents"]}
        rowName={({ number }) => t("versions.name", { number })}
        columns={[
          { id: "number", header: t("version"), cell: ({ number }) => number },
          { id: "status", header: t("status"), cell: ({ status }) => <DocumentStatus status={status} /> },
          { id: "type", header: t("kind"), cell: ({ content_type }) => content_type },
          { id: "size", header: t("size"), cell: ({ size_bytes }) => <Bytes value={size_bytes} />, isNumber: true },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} /> },
          { id: "sha256", header: "SHA-256", cell: ({ sha256 }) => <code className="text-sm break-all">{sha256 ?? "–"}</code>, isHidden: true },
          {
            id: "download",
            header: t("download"),
            cell: ({ id: version, number, status }) =>
              status !== "rejected" && (
                <ActionButton
                  kind="plain"
                  size="icon"
                  label={t("versions.download", { number })}
                  run={() => download(`/api/v1/documents/${id}/content?version=${version}`)}
                >
                  <Download aria-hidden="true" />
                </ActionButton>
              ),
          },
        ]}
        empty={null}
      />
    </div>
  );
}
