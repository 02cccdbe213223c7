import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, send } from "./client";
import { added, type Events, type Span, spanIn } from "./event-span";
import type { LiveEvent } from "./live";
import { errorOf } from "./problem";
import { queries } from "./queries";
import { useLive } from "./use-live";

// No event has it, so the stream tells which numbers there are, and ends.
const NO_NUMBER = Number.MAX_SAFE_INTEGER;

async function readSpan(signal: AbortSignal): Promise<Span> {
  const url = `${location.origin}/api/v1/events/stream?after=${NO_NUMBER}`;
  const response = await send(new Request(url, { headers: { Accept: "text/event-stream" }, signal }));
  const text = await response.text();
  if (!response.ok) throw errorOf(response, JSON.parse(text));
  return spanIn(text);
}

const PAGE = 200;
const MOST_PAGES = 10;

/** Events of the topics: those of the last `span` numbers, or of all that are stored. */
const eventsQuery = (topics: readonly string[], span?: number) =>
  queryOptions({
    queryKey: ["events", topics, span] as const,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Events> => {
      const { first, last } = await readSpan(signal);
      const events: LiveEvent[] = [];
      let after = Math.max(first - 1, span === undefined ? 0 : last - span);
      let isCut = true;
      for (let page = 0; isCut && page < MOST_PAGES; page += 1) {
        const query = { after, limit: PAGE, topics: [...topics] };
        const { data, last_number, has_more } = await answer(api.GET("/api/v1/events", { params: { query }, signal }));
        events.push(...data);
        after = last_number;
        isCut = has_more;
      }
      return { events: events.reverse(), isCut };
    },
  });

/** Events of the topics, to which new ones are added as they happen. */
export function useEvents(topics: readonly string[], span?: number) {
  const query = eventsQuery(topics, span);
  useLive(topics, (event) => {
    queries.setQueryData<Events>(query.queryKey, (before) => before && added(before, event));
  });
  return useQuery(query);
}
