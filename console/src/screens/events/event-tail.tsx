import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEvents } from "@/api/events";
import type { LiveEvent } from "@/api/live";
import { useIsLive } from "@/api/use-live";
import { Page } from "@/app/page";
import { FilterControl } from "@/records/filters";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { EventTable } from "./event-table";
import { TOPICS } from "./topics";

// How many numbers of the audit log are looked at in the beginning, and how many events are shown.
const SPAN = 500;
const MOST = 500;

/** The events of the organization as they happen, the newest first. */
export function EventTail() {
  const { t } = useTranslation("events");
  const [search, setSearch] = useSearchState();
  const [paused, setPaused] = useState<{ topics: string; events: readonly LiveEvent[] }>();
  const topics = search.topics ?? "*";
  const { data, error, refetch } = useEvents(topics.split(","), SPAN);
  const isPaused = paused?.topics === topics;
  const events = data?.events ?? [];
  const shown = (isPaused ? paused.events : events).slice(0, MOST);
  const waiting = isPaused ? events.length - paused.events.length : 0;
  return (
    <Page
      title={t("title")}
      badges={<State isPaused={isPaused} />}
      actions={
        <Button onClick={() => setPaused(isPaused ? undefined : { topics, events })}>
          {isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {isPaused ? t("resume", { count: waiting }) : t("pause")}
        </Button>
      }
    >
      <FilterControl
        filter={{ kind: "set", name: "topics", label: t("topics"), values: TOPICS, text: (value) => t(`topic.${value}`) }}
        value={(name) => search[name]}
        onChange={setSearch}
      />
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {!data && !error && <SkeletonBlock lines={10} />}
      {data && shown.length === 0 && (
        <EmptyState title={t("empty.title")} example={{ method: "GET", path: `/api/v1/events/stream?topics=${topics}` }}>
          {t("empty.text")}
        </EmptyState>
      )}
      {shown.length > 0 && <EventTable events={shown} />}
      {shown.length > 0 && <p className="text-sm text-muted">{t("bound", { span: SPAN })}</p>}
    </Page>
  );
}

function State({ isPaused }: { isPaused: boolean }) {
  const { t } = useTranslation("events");
  const isLive = useIsLive();
  if (isPaused) return <Badge tone="warn">{t("paused")}</Badge>;
  return isLive ? <Badge tone="good">{t("live")}</Badge> : <Badge>{t("connecting")}</Badge>;
}
