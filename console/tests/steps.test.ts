import { describe, expect, it } from "vitest";
import { costOf, tokensOf } from "@/screens/executions/estimate";
import { barsOf, stepsOf } from "@/screens/executions/steps";

type Execution = Parameters<typeof stepsOf>[0];
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const attempt = (number: number, from: number, ms: number) => ({ number, started_at: at(from), latency_ms: ms });
const execution = (parts: object) =>
  ({ created_at: at(0), started_at: at(1), ended_at: at(5), status: "succeeded", attempts: [], first_token_ms: null, ...parts }) as unknown as Execution;

describe("the steps of an execution", () => {
  it("are its waiting time and each call of a model", () => {
    const steps = stepsOf(execution({ attempts: [attempt(1, 1, 500), attempt(2, 2, 3000)] }), [], 0);
    expect(steps.map(({ key, startMs, lengthMs }) => [key, startMs, lengthMs])).toEqual([
      ["waiting", 0, 1000],
      ["attempt-1", 1000, 500],
      ["attempt-2", 2000, 3000],
    ]);
  });

  it("have the first token in the last call, where the text came from", () => {
    const steps = stepsOf(execution({ attempts: [attempt(1, 1, 500), attempt(2, 2, 3000)], first_token_ms: 2500 }), [], 0);
    expect(steps.map(({ firstTokenMs }) => firstTokenMs)).toEqual([undefined, undefined, 1500]);
  });

  it("grow until now while it runs", () => {
    const steps = stepsOf(execution({ status: "running", ended_at: null }), [], 9000);
    expect(steps.at(-1)).toMatchObject({ key: "running", startMs: 1000, lengthMs: 8000 });
  });

  it("begin with the call where it was stored at its end", () => {
    const steps = stepsOf(execution({ created_at: at(5), attempts: [attempt(1, 1, 4000)] }), [], 0);
    expect(steps.map(({ startMs, lengthMs }) => [startMs, lengthMs])).toEqual([[0, 0], [0, 4000]]);
  });

  it("are only waiting while it is queued", () => {
    expect(stepsOf(execution({ status: "queued", started_at: null, ended_at: null }), [], 4000)).toMatchObject([{ lengthMs: 4000 }]);
  });

  it("have the executions that it caused", () => {
    const caused = { id: "c", created_at: at(2), ended_at: at(3), status: "failed" } as Parameters<typeof stepsOf>[1][number];
    expect(stepsOf(execution({}), [caused], 0).at(-1)).toMatchObject({ key: "c", startMs: 2000, lengthMs: 1000 });
  });

  it("have bars that stay on the scale and are never too thin to see", () => {
    const bars = barsOf(stepsOf(execution({ attempts: [attempt(1, 1, 4000), attempt(2, 5, 0)] }), [], 0));
    expect(bars.map(({ left, width }) => [left, width])).toEqual([[0, 20], [20, 80], [99.5, 0.5]]);
  });
});

describe("the estimate of a running execution", () => {
  it("counts four bytes as a token", () => {
    expect([tokensOf(""), tokensOf("abcd"), tokensOf("Grüße")]).toEqual([0, 1, 2]);
  });

  it("takes the newest price that is valid", () => {
    const prices = [[0, 1], [10, 2], [99, 3]].map(([from, dollars]) => ({ valid_from: at(from ?? 0), output_nano_usd: (dollars ?? 0) * 1e9 }));
    expect(costOf(1000, prices, 50_000)).toBe(2_000_000);
    expect(costOf(1000, [], 0)).toBeUndefined();
  });
});
