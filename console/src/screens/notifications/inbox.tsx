import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { Page } from "@/app/page";
import { screenOf } from "@/app/subjects";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { ActionButton } from "@/ui/action-button";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { Preferences } from "./preferences";

const PATH = "/api/v1/notifications";

const reread = () => queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith(PATH) });

async function markRead(id: string) {
  await answer(api.POST("/api/v1/notifications/{id}/read", { params: { path: { id } } }));
  await reread();
}

async function markAll() {
  await answer(api.POST("/api/v1/notifications/read"));
  await reread();
}

/** What the user is told of comments. */
export function Inbox() {
  const { t } = useTranslation("notifications");
  const text = ({ kind, subject_type }: components["schemas"]["Notification"]) =>
    t(`common:notifications.${kind}`, { record: t(`common:subject.${subject_type}`) });
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ActionButton label={t("common:notifications.read_all")} run={markAll}>
            <Check aria-hidden="true" />
            {t("common:notifications.read_all")}
          </ActionButton>
          <Preferences />
        </>
      }
    >
      <RecordTable
        id="notifications"
        label={t("title")}
        path={PATH}
        topics={["comments"]}
        rowName={text}
        rowLink={({ subject_type, subject_id }) => ({ to: screenOf(subject_type, subject_id), search: { tab: "comments" } })}
        columns={[
          { id: "text", header: t("text"), cell: text },
          { id: "actor", header: t("actor"), cell: ({ actor_id }) => <RecordLink kind="user" id={actor_id} /> },
          {
            id: "state",
            header: t("state"),
            cell: ({ read_at }) => (read_at ? t("read") : <Badge tone="accent">{t("unread")}</Badge>),
          },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} relative />, sort: "created_at" },
          {
            id: "mark",
            header: t("mark"),
            cell: ({ id, read_at }) =>
              !read_at && (
                <ActionButton size="small" label={t("mark")} run={() => markRead(id)}>
                  {t("mark")}
                </ActionButton>
              ),
          },
        ]}
        filters={[
          {
            kind: "choice",
            name: "unread",
            label: t("state"),
            values: ["true", "false"],
            text: (value) => t(value === "true" ? "unread" : "read"),
            none: t("all"),
          },
        ]}
        bulk={[{ label: t("mark"), question: (count) => t("mark_bulk", { count }), run: ({ id }) => markRead(id) }]}
        empty={<EmptyState title={t("empty.title")} example={{ method: "GET", path: PATH }}>{t("empty.text")}</EmptyState>}
      />
    </Page>
  );
}
