import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Bytes, Time } from "@/ui/values";

/** The facts that documents of all kinds have. */
export function Facts({ document }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const { kind, project_id, current, created_at, updated_at, metadata } = document;
  const hasMetadata = Object.keys(metadata).length > 0;
  return (
    <Card>
      <Properties
        items={[
          [t("kind"), <>{t(`kinds.${kind}`)} <span className="text-muted">({current.content_type})</span></>],
          [t("size"), <Bytes key="size" value={current.size_bytes} />],
          [t("project"), <RecordLink key="project" kind="project" id={project_id} />],
          [t("version"), current.number],
          [t("created"), <Time key="created" value={created_at} />],
          [t("updated"), <Time key="updated" value={updated_at} />],
          ["SHA-256", current.sha256 ? <code key="sha" className="text-sm break-all">{current.sha256}</code> : "–"],
          [
            t("metadata"),
            hasMetadata ? <pre key="metadata" className="text-sm whitespace-pre-wrap">{JSON.stringify(metadata, null, 2)}</pre> : "–",
          ],
        ]}
      />
    </Card>
  );
}
