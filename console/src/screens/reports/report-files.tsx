import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, FilePlus2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { screenOf } from "@/app/subjects";
import type { components } from "@/generated/api";
import { CsvButton } from "@/records/csv-button";
import { Loaded } from "@/records/loaded";
import { useLive } from "@/api/use-live";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";

type NewReport = components["schemas"]["NewReport"];

interface Props {
  path: string;
  params: { path?: object; query?: object };
  /** The same report as a document. */
  body: NewReport;
}

/** A report as CSV at once, and as a document that a worker makes. */
export function ReportFiles({ path, params, body }: Props) {
  const { t } = useTranslation("reports");
  const may = useMay();
  const making = useMutation({ mutationFn: (report: NewReport) => answer(api.POST("/api/v1/reports", { body: report })) });
  return (
    <div className="ml-auto flex gap-2">
      <CsvButton path={path} params={params} name={body.report}>
        <Download aria-hidden="true" />
      </CsvButton>
      {may("report:create") && may("job:read") && (
        <Button busy={making.isPending} onClick={() => making.mutate(body)}>
          <FilePlus2 aria-hidden="true" />
          {t("document.make")}
        </Button>
      )}
      {(making.error ?? making.data) && (
        <Dialog title={t("document.make")} onClose={making.reset}>
          <ProblemAlert error={making.error} />
          {making.data && <Made job={making.data} />}
        </Dialog>
      )}
    </div>
  );
}

const LOOK_MS = 2000;

/** How far the job is, and the document that it has made. */
function Made({ job }: { job: components["schemas"]["Job"] }) {
  const { t } = useTranslation("reports");
  useLive(["jobs"], ({ subject }) => {
    if (subject.id === job.id) void queries.invalidateQueries({ queryKey: ["/api/v1/jobs/{id}"] });
  });
  return (
    <Loaded path="/api/v1/jobs/{id}" params={{ path: { id: job.id } }} everyMs={LOOK_MS}>
      {({ state, error, error_code, payload }) => {
        if (state === "dead" || state === "failed" || state === "cancelled") {
          return <p role="alert" className="text-bad">{error ?? t(`document.${state}`)} {error_code && <code>{error_code}</code>}</p>;
        }
        const document = (payload as { document_id?: string }).document_id;
        if (state !== "succeeded" || !document) return <div role="status"><p className="mb-2">{t("document.making")}</p><SkeletonBlock lines={2} /></div>;
        return (
          <p role="status">
            {t("document.made")}{" "}
            <Link to={screenOf("document", document) as "/"} className="text-accent underline">{t("document.open")}</Link>
          </p>
        );
      }}
    </Loaded>
  );
}
