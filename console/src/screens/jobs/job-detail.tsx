import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { Properties } from "@/ui/properties";
import { Time } from "@/ui/values";
import { JobActions } from "./job-actions";
import { JobProgress } from "./job-progress";
import { JobState } from "./job-state";

export function JobDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["jobs"]);
  return (
    <Loaded path="/api/v1/jobs/{id}" params={{ path: { id } }}>
      {(job) => <Shown job={job} />}
    </Loaded>
  );
}

function Shown({ job }: { job: components["schemas"]["Job"] }) {
  const { t } = useTranslation("jobs");
  return (
    <Detail
      title={job.kind}
      badges={<JobState job={job} />}
      actions={<JobActions job={job} />}
      back={{ to: "/jobs", label: t("title") }}
    >
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title={t("course")}>
          <Properties
            items={[
              [t("progress"), <JobProgress key="progress" job={job} />],
              [t("attempt"), `${job.attempt} / ${job.max_attempts}`],
              [t("created"), <Time key="created" value={job.created_at} />],
              [t("run_at"), <Time key="run_at" value={job.run_at} />],
              [t("started"), <Time key="started" value={job.started_at} />],
              [t("finished"), <Time key="finished" value={job.finished_at} />],
              [t("priority"), job.priority],
              [t("caused_by"), <RecordLink key="caused_by" kind="user" id={job.caused_by} />],
              [t("request_id"), <code key="request_id">{job.request_id}</code>],
              [t("dedup_key"), job.dedup_key === null ? "–" : <code key="dedup_key">{job.dedup_key}</code>],
            ]}
          />
        </Card>
        <div className="space-y-4">
          {job.error !== null && (
            <Card title={t("error")}>
              {job.error_code !== null && <code className="text-sm">{job.error_code}</code>}
              <p className="whitespace-pre-wrap wrap-anywhere">{job.error}</p>
            </Card>
          )}
          <CodeBlock label={t("payload")} code={jsonText(job.payload)} />
        </div>
      </div>
    </Detail>
  );
}
