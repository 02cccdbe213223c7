import { useEffect, useState } from "react";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { follow } from "@/api/server-sent";
import type { components } from "@/generated/api";
import { withEvent } from "./joined";

type Event = components["schemas"]["AgentEvent"];
type Run = components["schemas"]["AgentRun"];

/** What happens in a run, while it happens: from its first event, and without holes after a loss. */
export function useHappenings(id: string): { events: readonly Event[]; error: unknown } {
  const [events, setEvents] = useState<readonly Event[]>([]);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const leaving = new AbortController();
    const { queryKey } = read("/api/v1/agents/runs/{id}", { path: { id } });
    let all: readonly Event[] = [];
    const listen = async () => {
      for await (const { event, data } of follow(`/api/v1/agents/runs/${id}/events`, "run", leaving.signal)) {
        if (event === "run") {
          queries.setQueryData(queryKey, JSON.parse(data) as Run);
        } else {
          all = withEvent(all, JSON.parse(data) as Event);
          setEvents(all);
        }
      }
    };
    setError(undefined);
    listen().catch(setError);
    return () => leaving.abort();
  }, [id]);
  return { events, error };
}
