import { useTranslation } from "react-i18next";
import type { LiveEvent } from "@/api/live";
import { Time } from "@/ui/values";
import { RecordLink } from "./record-link";
import { Subject } from "./subject";

/** Events, the newest first: what happened to which record, by whom, and when. */
export function EventList({ events }: { events: readonly LiveEvent[] }) {
  const { t } = useTranslation("records");
  return (
    <ol className="divide-y divide-line">
      {events.map((event) => (
        <li key={event.number} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
          <span className="min-w-0 wrap-anywhere">
            <Subject kind={event.subject.kind} id={event.subject.id} record={event.data} />{" "}
            <span>{t(`event.${event.type.split(".").pop()}`, { defaultValue: event.type })}</span>
            {event.actor.kind === "user" && (
              <span className="text-muted"> · <RecordLink kind="user" id={event.actor.id} /></span>
            )}
          </span>
          <span className="text-sm text-muted"><Time value={event.at} relative /></span>
        </li>
      ))}
    </ol>
  );
}
