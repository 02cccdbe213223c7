import { expect, it } from "vitest";
import { added, spanIn } from "@/api/event-span";
import type { LiveEvent } from "@/api/live";

const event = (number: number) => ({ number }) as LiveEvent;

it("a stream that cannot begin tells the numbers that are stored", () => {
  expect(spanIn('retry: 1000\n\nevent: resync_required\ndata: {"first":6,"last":42}\n\n')).toEqual({ first: 6, last: 42 });
  expect(() => spanIn(": comment\n\n")).toThrow();
});

it("a new event comes first, and only once", () => {
  const before = { events: [event(7)], isCut: false };
  expect(added(before, event(8)).events.map(({ number }) => number)).toEqual([8, 7]);
  expect(added(before, event(7))).toBe(before);
});
