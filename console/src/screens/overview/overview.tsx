import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { EventStream } from "@/records/event-stream";
import { Card } from "@/ui/card";
import { Limits } from "./limits";
import { Queue } from "./queue";
import { Usage } from "./usage";

// Only some numbers of the audit log are events.
const SPAN = 500;
const SHOWN = 25;

export function Overview() {
  const { t } = useTranslation("overview");
  const may = useMay();
  return (
    <Page title={t("title")}>
      <div className="flex flex-col gap-4 lg:flex-row lg:items-start">
        {may("event:read") && (
          <Card title={t("activity")} className="min-w-0 flex-1">
            <EventStream topics={["*"]} span={SPAN} most={SHOWN} />
          </Card>
        )}
        <div className="flex min-w-0 flex-col gap-4 lg:w-96">
          {may("job:read") && <Queue />}
          {may("organization:read") && (
            <>
              <Limits />
              <Usage />
            </>
          )}
        </div>
      </div>
    </Page>
  );
}
