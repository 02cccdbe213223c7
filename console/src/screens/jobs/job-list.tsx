import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import kinds from "@/generated/values/JobKind";
import states from "@/generated/values/JobState";
import type { BulkAction } from "@/records/bulk";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { cancel, retry } from "./job-actions";
import { JobProgress } from "./job-progress";
import { JobState } from "./job-state";

type Job = components["schemas"]["Job"];

export function JobList() {
  const { t } = useTranslation("jobs");
  const may = useMay();
  const bulk: BulkAction<Job>[] = [];
  if (may("job:retry")) {
    bulk.push({ label: t("retry.action"), question: (count) => t("retry.bulk", { count }), run: retry });
  }
  if (may("job:cancel")) {
    bulk.push({ label: t("cancel.action"), question: (count) => t("cancel.bulk", { count }), run: cancel, isDangerous: true });
  }
  return (
    <Page title={t("title")}>
      <RecordTable
        id="jobs"
        label={t("title")}
        path="/api/v1/jobs"
        topics={["jobs"]}
        rowLink={({ id }) => ({ to: "/jobs/$id", params: { id } })}
        rowName={({ kind, id }) => `${kind} …${id.slice(-8)}`}
        columns={[
          { id: "kind", header: t("kind"), cell: ({ kind }) => kind },
          { id: "state", header: t("state"), cell: (job) => <JobState job={job} /> },
          { id: "progress", header: t("progress"), cell: (job) => <JobProgress job={job} /> },
          { id: "attempt", header: t("attempt"), cell: ({ attempt, max_attempts }) => `${attempt} / ${max_attempts}`, isNumber: true },
          { id: "error", header: t("error"), cell: ({ error }) => <span className="line-clamp-2 wrap-anywhere">{error ?? "–"}</span> },
          { id: "caused_by", header: t("caused_by"), cell: ({ caused_by }) => <RecordLink kind="user" id={caused_by} />, isHidden: true },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} relative />, sort: "created_at" },
          { id: "finished_at", header: t("finished"), cell: ({ finished_at }) => <Time value={finished_at} relative /> },
        ]}
        filters={[
          { kind: "set", name: "state", label: t("state"), values: states, text: (value) => t(`states.${value}`) },
          { kind: "set", name: "kind", label: t("kind"), values: kinds, text: (value) => value },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={bulk}
        empty={
          <EmptyState title={t("empty.title")} example={{ method: "GET", path: "/api/v1/jobs?state=failed,dead" }}>
            {t("empty.text")}
          </EmptyState>
        }
      />
    </Page>
  );
}
