import { Link } from "@tanstack/react-router";
import { Pause, Play, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ProblemAlert } from "@/ui/problem-alert";
import { Progress } from "@/ui/progress";
import { Bytes } from "@/ui/values";
import { type Entry, isOpen, type State } from "./queue";
import { removeUpload, uploads, useUploads } from "./use-uploads";

const TONES: Record<State, Tone> = {
  queued: "neutral",
  sending: "accent",
  waiting: "warn",
  paused: "neutral",
  failed: "bad",
  done: "good",
};

/** The files on their way, or those of one document. */
export function UploadList({ documentId }: { documentId?: string }) {
  const { t } = useTranslation("documents");
  const entries = useUploads().filter(({ target }) => !documentId || target.documentId === documentId);
  const open = entries.filter(isOpen);
  const paused = entries.filter(({ state }) => state === "paused");
  const done = entries.filter(({ state }) => state === "done").length;
  if (entries.length === 0) return null;
  return (
    <Card
      title={<span role="status">{t("uploads.title", { done, count: entries.length })}</span>}
      actions={
        <div className="flex flex-wrap gap-2">
          {open.length > 1 && (
            <Button size="small" onClick={() => [...open].reverse().forEach(({ id }) => uploads.pause(id))}>{t("uploads.pause_all")}</Button>
          )}
          {paused.length > 1 && (
            <Button size="small" onClick={() => paused.forEach(({ id }) => uploads.resume(id))}>{t("uploads.resume_all")}</Button>
          )}
          {done > 0 && <Button size="small" onClick={() => uploads.clearDone()}>{t("uploads.clear")}</Button>}
        </div>
      }
    >
      <Progress
        label={t("uploads.all")}
        value={entries.reduce((sum, { sent }) => sum + sent, 0)}
        max={entries.reduce((sum, { file }) => sum + file.size, 0)}
      />
      <ul className="mt-2 max-h-80 divide-y divide-line overflow-y-auto">
        {entries.map((entry) => <UploadRow key={entry.id} entry={entry} />)}
      </ul>
    </Card>
  );
}

function UploadRow({ entry }: { entry: Entry }) {
  const { t } = useTranslation("documents");
  const { id, file, state, sent, error, documentId } = entry;
  const name = { name: file.name };
  return (
    <li className="space-y-1 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-40 flex-1 wrap-anywhere">
          {documentId ? <Link to="/documents/$id" params={{ id: documentId }} className="text-accent hover:underline">{file.name}</Link> : file.name}
        </span>
        <span className="text-sm text-muted"><Bytes value={sent} /> / <Bytes value={file.size} /></span>
        <Badge tone={TONES[state]}>{t(`uploads.states.${state}`)}</Badge>
        {isOpen(entry) && (
          <Button kind="plain" size="icon" aria-label={t("uploads.pause", name)} onClick={() => uploads.pause(id)}>
            <Pause aria-hidden="true" />
          </Button>
        )}
        {(state === "paused" || state === "failed") && (
          <Button kind="plain" size="icon" aria-label={t("uploads.resume", name)} onClick={() => uploads.resume(id)}>
            <Play aria-hidden="true" />
          </Button>
        )}
        <Button kind="plain" size="icon" aria-label={t("uploads.remove", name)} onClick={() => void removeUpload(id)}>
          <X aria-hidden="true" />
        </Button>
      </div>
      {state !== "done" && <Progress label={file.name} value={sent} max={file.size} />}
      {state === "failed" && <ProblemAlert error={error} />}
    </li>
  );
}
