import { expect, it } from "vitest";
import { withEvent } from "@/screens/agents/joined";

const event = (number: number, kind: string, data: object) => ({ number, kind, at: "2026-01-01T00:00:00Z", data: { ...data } });

it("texts that a node says one after the other are one event", () => {
  const said = [event(1, "text", { node: "a", text: "Gr" }), event(2, "text", { node: "a", text: "üße" }), event(3, "step", {}), event(4, "text", { node: "a", text: "!" })];
  const joined = said.reduce(withEvent, [] as readonly (typeof said)[number][]);
  expect(joined.map(({ number, data }) => [number, (data as { text?: string }).text])).toEqual([[1, "Grüße"], [3, undefined], [4, "!"]]);
});
