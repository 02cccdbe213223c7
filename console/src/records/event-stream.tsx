import { useTranslation } from "react-i18next";
import { useEvents } from "@/api/events";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { EventList } from "./event-list";

interface Props {
  topics: readonly string[];
  /** How many numbers of the audit log are looked at; without it, all. */
  span?: number;
  /** How many events are shown. */
  most?: number;
}

/** The events of some topics, the newest first, while they happen. */
export function EventStream({ topics, span, most }: Props) {
  const { t } = useTranslation("records");
  const { data, error, refetch } = useEvents(topics, span);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonBlock />;
  if (data.events.length === 0) return <p className="text-muted">{t("events.none")}</p>;
  return (
    <>
      <EventList events={data.events.slice(0, most)} />
      {data.isCut && <p className="text-sm text-muted">{t("events.cut")}</p>}
    </>
  );
}
