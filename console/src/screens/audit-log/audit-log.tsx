import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import outcomes from "@/generated/values/AuditOutcome";
import { Actor } from "@/records/actor";
import { RecordTable } from "@/records/record-table";
import { Subject } from "@/records/subject";
import { Badge, type Tone } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { LinkButton } from "@/ui/link-button";
import { Time } from "@/ui/values";
import { EntryDialog } from "./entry-dialog";
import { KINDS } from "./kinds";
import { Verification } from "./verification";

type Entry = components["schemas"]["AuditLog"];

const TONES: Record<Entry["outcome"], Tone> = { succeeded: "good", denied: "warn", failed: "bad" };

// Not each entry is an event.
const REREAD_MS = 15_000;

export function AuditLog() {
  const { t } = useTranslation("audit-log");
  const [shown, setShown] = useState<Entry>();
  return (
    <Page title={t("title")} badges={<Verification />}>
      <RecordTable
        id="audit-log"
        label={t("title")}
        path="/api/v1/audit-logs"
        everyMs={REREAD_MS}
        rowName={({ action, id }) => `${action} …${id.slice(-8)}`}
        columns={[
          {
            id: "action",
            header: t("action"),
            cell: (entry) => (
              <LinkButton aria-haspopup="dialog" onClick={() => setShown(entry)}>
                {entry.action}
              </LinkButton>
            ),
          },
          { id: "created_at", header: t("at"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          { id: "actor", header: t("actor"), cell: ({ actor_kind, actor_id }) => <Actor kind={actor_kind} id={actor_id} /> },
          {
            id: "subject",
            header: t("subject"),
            cell: ({ subject_kind, subject_id, after, before }) => (
              <Subject kind={subject_kind} id={subject_id} record={after ?? before} />
            ),
          },
          { id: "outcome", header: t("outcome"), cell: ({ outcome }) => <Badge tone={TONES[outcome]}>{t(`outcomes.${outcome}`)}</Badge> },
          { id: "address", header: t("address"), cell: ({ address }) => address ?? "–", isHidden: true },
          { id: "request_id", header: t("request_id"), cell: ({ request_id }) => <code className="text-sm">{request_id}</code>, isHidden: true },
        ]}
        filters={[
          { kind: "text", name: "action", label: t("action") },
          { kind: "record", name: "actor_id", label: t("actor"), of: "user" },
          { kind: "set", name: "subject_kind", label: t("subject_kind"), values: KINDS, text: (value) => t(`common:subject.${value}`) },
          { kind: "text", name: "subject_id", label: t("subject_id") },
          { kind: "set", name: "outcome", label: t("outcome"), values: outcomes, text: (value) => t(`outcomes.${value}`) },
          { kind: "days", from: "created_after", until: "created_before", label: t("at") },
        ]}
        empty={<EmptyState title={t("empty")} example={{ method: "GET", path: "/api/v1/audit-logs?action=project.created" }} />}
      />
      {shown && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}
