import type { LiveEvent } from "./live";

/** The numbers of the events that are still stored. */
export interface Span {
  first: number;
  last: number;
}

/** The span in the message `resync_required` of an event stream. */
export function spanIn(stream: string): Span {
  const data = /event: resync_required\ndata: (.*)/.exec(stream)?.[1];
  if (data === undefined) throw new Error("the event stream has not told its numbers");
  return JSON.parse(data) as Span;
}

export interface Events {
  /** The newest first. */
  events: readonly LiveEvent[];
  /** There are further ones than these. */
  isCut: boolean;
}

/** With an event, once. */
export const added = (before: Events, event: LiveEvent): Events => {
  const newest = before.events[0]?.number ?? 0;
  return event.number <= newest ? before : { ...before, events: [event, ...before.events] };
};
