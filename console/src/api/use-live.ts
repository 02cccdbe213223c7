import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { Live, type LiveEvent, pathsOf } from "./live";
import { queries } from "./queries";
import { meQuery } from "./session";

/** Milliseconds in which events are collected before records are read again. */
const COLLECT_MS = 300;

export const live = new Live({
  open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/ws`),
  // Reading anything with the session refreshes it.
  refresh: () => queries.fetchQuery({ ...meQuery, staleTime: 0 }).then(() => undefined),
  resync: () => void queries.invalidateQueries(),
});

addEventListener("online", () => live.check());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") live.check();
});

const changed = new Set<string>();
let collecting: ReturnType<typeof setTimeout> | undefined;

/** Reads again what an event has changed, once for all events that come together. */
function invalidate(event: LiveEvent): void {
  for (const path of pathsOf(event.subject.kind)) changed.add(path);
  collecting ??= setTimeout(() => {
    collecting = undefined;
    const paths = [...changed];
    changed.clear();
    void queries.invalidateQueries({
      predicate: ({ queryKey: [path] }) => typeof path === "string" && paths.some((begin) => path.startsWith(begin)),
    });
  }, COLLECT_MS);
}

/** Keeps what the screen shows of these topics up to date, and calls back for each event. */
export function useLive(topics: readonly string[], onEvent?: (event: LiveEvent) => void): void {
  const called = useEffectEvent((event: LiveEvent) => onEvent?.(event));
  const names = topics.join(",");
  useEffect(() => {
    if (names === "") return undefined;
    return live.subscribe(names.split(","), (event) => {
      invalidate(event);
      called(event);
    });
  }, [names]);
}

/** Whether events arrive at the moment. */
export const useIsLive = (): boolean => useSyncExternalStore(live.watch, () => live.isOpen);
