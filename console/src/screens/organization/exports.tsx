import { PackagePlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import statuses from "@/generated/values/ExportStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { EmptyState } from "@/ui/empty-state";
import { Bytes, Count, Time } from "@/ui/values";
import { DownloadButton } from "./download-button";

type Status = components["schemas"]["ExportStatus"];

const PATH = "/api/v1/organization/exports";
const TONES: Record<Status, Tone> = { pending: "accent", succeeded: "good", failed: "bad" };

export function Exports() {
  const { t } = useTranslation("organization");
  const [isAsked, setAsked] = useState(false);
  async function create() {
    await answer(api.POST(PATH));
    await queries.invalidateQueries({ queryKey: [PATH] });
  }
  const button = (
    <Button onClick={() => setAsked(true)}>
      <PackagePlus aria-hidden="true" />
      {t("exports.create")}
    </Button>
  );
  return (
    <div className="space-y-3">
      <RecordTable
        id="organization-exports"
        prefix="exports."
        label={t("exports.title")}
        path={PATH}
        topics={["organization_exports"]}
        rowName={({ id }) => id}
        columns={[
          { id: "created_at", header: t("exports.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          {
            id: "status",
            header: t("exports.status"),
            cell: ({ status, error_code }) => <><Badge tone={TONES[status]}>{t(`exports.statuses.${status}`)}</Badge> {error_code && <code className="text-sm">{error_code}</code>}</>,
          },
          { id: "requested_by", header: t("exports.requested_by"), cell: ({ requested_by }) => <RecordLink kind="user" id={requested_by} /> },
          { id: "rows", header: t("exports.rows"), cell: ({ rows }) => <Count value={rows} />, isNumber: true },
          { id: "files", header: t("exports.files"), cell: ({ files }) => <Count value={files} />, isNumber: true },
          { id: "size", header: t("exports.size"), cell: ({ size_bytes }) => <Bytes value={size_bytes} />, isNumber: true },
          { id: "expires_at", header: t("exports.expires"), cell: ({ expires_at }) => <Time value={expires_at} /> },
          { id: "sha256", header: "SHA-256", cell: ({ sha256 }) => <code className="text-sm wrap-anywhere">{sha256 ?? "–"}</code>, isHidden: true },
          {
            id: "content",
            header: t("exports.file"),
            cell: ({ id, status }) => status === "succeeded" && <DownloadButton id={id} />,
          },
        ]}
        filters={[
          { kind: "set", name: "status", label: t("exports.status"), values: statuses, text: (value) => t(`exports.statuses.${value}`) },
        ]}
        empty={<EmptyState title={t("exports.empty")} example={{ method: "POST", path: PATH }} />}
      />
      {button}
      {isAsked && (
        <Confirm title={t("exports.create")} action={t("exports.create")} run={create} onClose={() => setAsked(false)}>
          <p>{t("exports.create_text")}</p>
        </Confirm>
      )}
    </div>
  );
}
