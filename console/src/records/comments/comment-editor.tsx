import { useMutation, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Actions } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextArea } from "@/ui/input";
import { ProblemAlert } from "@/ui/problem-alert";
import { complete, mentionAt, mentionsIn } from "./mentions";

const MOST_CHARACTERS = 10_000;
const SHOWN = 6;

interface Props {
  label: string;
  text?: string;
  action: string;
  /** Sends the text, with the users that it mentions. */
  submit: (body: string, mentions: string[]) => Promise<unknown>;
  onCancel?: () => void;
}

/** A text with mentions: an `@` offers the members. */
export function CommentEditor({ label, text: given = "", action, submit, onCancel }: Props) {
  const { t } = useTranslation("records");
  const may = useMay();
  const list = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(given);
  const [typed, setTyped] = useState<string>();
  const [active, setActive] = useState(0);
  const members = useQuery({
    ...read("/api/v1/members", { query: { limit: 200 } }),
    enabled: may("member:read"),
  });
  const people = (members.data?.data ?? []).filter(({ kind, status }) => kind === "person" && status === "active");
  const begin = typed?.toLocaleLowerCase();
  const offered =
    begin === undefined ? [] : people.filter(({ name }) => name.toLocaleLowerCase().startsWith(begin)).slice(0, SHOWN);
  const highlighted = offered[Math.min(active, offered.length - 1)];
  const sending = useMutation({
    mutationFn: () => submit(text, mentionsIn(text, people)),
    onSuccess: () => setText(""),
  });

  const look = (element: HTMLTextAreaElement) => {
    setTyped(mentionAt(element.value, element.selectionStart));
    setActive(0);
  };
  const choose = (name: string) => {
    const element = area.current;
    if (!element) return;
    const next = complete(element.value, element.selectionStart, name);
    setText(next.text);
    setTyped(undefined);
    element.focus();
    requestAnimationFrame(() => element.setSelectionRange(next.caret, next.caret));
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    else if (!highlighted) return;
    else if (step !== undefined) setActive((before) => (before + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(highlighted.name);
    else if (event.key === "Escape") setTyped(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const send = () => {
    if (text.trim() !== "" && !sending.isPending) sending.mutate();
  };

  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field label={label} hint={t("comments.hint")}>
        {(control) => (
          <TextArea
            {...control}
            ref={area}
            rows={3}
            maxLength={MOST_CHARACTERS}
            aria-controls={highlighted ? list : undefined}
            aria-autocomplete="list"
            aria-activedescendant={highlighted ? `${list}-${highlighted.user_id}` : undefined}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              look(event.target);
            }}
            onKeyDown={press}
            onBlur={() => setTyped(undefined)}
          />
        )}
      </Field>
      {highlighted && (
        <ul id={list} role="listbox" aria-label={t("comments.members")} className="rounded-md border border-line bg-raised p-1">
          {offered.map((member) => (
            <li
              key={member.user_id}
              id={`${list}-${member.user_id}`}
              role="option"
              aria-selected={member === highlighted}
              // The focus stays in the text.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(member.name);
              }}
              className={classes("cursor-pointer rounded px-2.5 py-1.5 hover:bg-tint", member === highlighted && "bg-tint")}
            >
              {member.name} {member.email && <span className="text-sm text-muted">{member.email}</span>}
            </li>
          ))}
        </ul>
      )}
      <ProblemAlert error={members.error ?? sending.error} />
      <Actions>
        {onCancel && <Button onClick={onCancel}>{t("common:cancel")}</Button>}
        <Button type="submit" kind="primary" busy={sending.isPending} disabled={text.trim() === ""}>{action}</Button>
      </Actions>
    </form>
  );
}
