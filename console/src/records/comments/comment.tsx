import { useQueries } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay, useMe } from "@/api/session";
import { changes } from "@/forms/bodies";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Time } from "@/ui/values";
import { useChange } from "../conflict";
import { RecordLink } from "../record-link";
import { CommentEditor } from "./comment-editor";
import { rereadComments } from "./comments";
import { parts } from "./mentions";

type CommentRecord = components["schemas"]["Comment"];

export function Comment({ comment }: { comment: CommentRecord }) {
  const { t } = useTranslation("records");
  const may = useMay();
  const { user } = useMe();
  const [open, setOpen] = useState<"change" | "delete">();
  const close = () => setOpen(undefined);
  const { author_id, created_at, updated_at, body } = comment;
  const isOwn = author_id === user.id && may("comment:create");
  const params = { path: { id: comment.id }, header: ifMatch(comment) };

  const { change, dialog } = useChange<CommentRecord>({
    current: () => queries.fetchQuery({ ...read("/api/v1/comments/{id}", { path: params.path }), staleTime: 0 }),
    send: async (patch, version) => {
      const header = ifMatch({ version });
      await answer(api.PATCH("/api/v1/comments/{id}", { params: { ...params, header }, body: patch }));
      await rereadComments();
    },
    labels: { body: t("comments.text") },
  });
  async function save(text: string, mentions: string[]) {
    if ((await change(comment, changes(comment, { body: text, mentions }))) === "done") close();
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/comments/{id}", { params }));
    await rereadComments();
  }
  return (
    <li className="rounded-lg border border-line bg-surface p-3">
      <header className="mb-1 flex flex-wrap items-center gap-x-2 text-sm text-muted">
        <RecordLink kind="user" id={author_id} />
        <Time value={created_at} relative />
        {updated_at !== created_at && <span>({t("comments.changed")})</span>}
        <span className="ml-auto flex">
          {isOwn && (
            <Button kind="plain" size="icon" aria-label={t("comments.change")} onClick={() => setOpen("change")}>
              <Pencil aria-hidden="true" />
            </Button>
          )}
          {(isOwn || may("comment:moderate")) && (
            <Button kind="plain" size="icon" aria-label={t("comments.delete")} onClick={() => setOpen("delete")}>
              <Trash2 aria-hidden="true" />
            </Button>
          )}
        </span>
      </header>
      {open === "change" ? (
        <CommentEditor label={t("comments.change")} text={body ?? ""} action={t("common:save")} submit={save} onCancel={close} />
      ) : (
        <Body comment={comment} />
      )}
      {dialog}
      {open === "delete" && (
        <Confirm title={t("comments.delete")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("comments.delete_text")}</p>
        </Confirm>
      )}
    </li>
  );
}

/** The text as it was written, with its mentions marked. */
function Body({ comment: { body, mentions } }: { comment: CommentRecord }) {
  const names = useQueries({
    queries: mentions.map((id) => read("/api/v1/members/{id}", { path: { id } })),
    combine: (results) => results.flatMap(({ data }) => (data ? [data.name] : [])),
  });
  return (
    <p className="whitespace-pre-wrap wrap-anywhere">
      {parts(body ?? "", names).map((part, index) =>
        part.isMention ? <strong key={index} className="rounded bg-tint px-0.5 font-medium">{part.text}</strong> : part.text,
      )}
    </p>
  );
}
