import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Actor } from "@/records/actor";
import { Subject } from "@/records/subject";
import { Dialog } from "@/ui/dialog";
import { Diff, jsonText } from "@/ui/diff";
import { Properties } from "@/ui/properties";
import { Time } from "@/ui/values";

/** One entry, with the record before and after. */
export function EntryDialog({ entry, onClose }: { entry: components["schemas"]["AuditLog"]; onClose: () => void }) {
  const { t } = useTranslation("audit-log");
  const { subject_kind, subject_id, before, after } = entry;
  return (
    <Dialog title={entry.action} onClose={onClose} size="wide">
      <Properties
        items={[
          [t("at"), <Time key="at" value={entry.created_at} />],
          [t("outcome"), t(`outcomes.${entry.outcome}`)],
          [t("actor"), <Actor key="actor" kind={entry.actor_kind} id={entry.actor_id} />],
          [t("subject"), <Subject key="subject" kind={subject_kind} id={subject_id} record={after ?? before} />],
          [t("subject_id"), <code key="subject_id">{subject_id ?? "–"}</code>],
          [t("address"), entry.address ?? "–"],
          [t("request_id"), <code key="request_id">{entry.request_id}</code>],
        ]}
      />
      <h3 className="mt-4 mb-2 font-semibold">{t("change")}</h3>
      {before || after ? (
        <Diff label={t("change")} before={jsonText(before)} after={jsonText(after)} />
      ) : (
        <p className="text-muted">{t("no_record")}</p>
      )}
    </Dialog>
  );
}
