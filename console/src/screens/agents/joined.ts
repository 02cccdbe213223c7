import type { components } from "@/generated/api";

type Event = components["schemas"]["AgentEvent"];

const textOf = ({ kind, data }: Event) => (kind === "text" && typeof data.text === "string" ? data.text : undefined);

/** The events with one more. Texts that a node says one after the other are one event. */
export function withEvent(events: readonly Event[], next: Event): readonly Event[] {
  const last = events.at(-1);
  const before = last && textOf(last);
  const after = textOf(next);
  if (!last || before === undefined || after === undefined || last.data.node !== next.data.node) return [...events, next];
  return [...events.slice(0, -1), { ...last, data: { ...last.data, text: before + after } }];
}
