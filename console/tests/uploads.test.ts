import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { type Events, Queue } from "@/screens/documents/uploads/queue";

const file = (name: string, size = 100) => new File([new Uint8Array(size)], name, { lastModified: 1 });
const lost = new ApiError(0, "network", "no answer");

function started() {
  const begun: (Events & { name: string; stop: () => void; remove: () => Promise<void> })[] = [];
  const queue = new Queue(({ name }, _target, events) => {
    const transfer = { stop: vi.fn(), remove: vi.fn(() => Promise.resolve()) };
    begun.push({ name, ...events, ...transfer });
    return transfer;
  });
  const states = () => queue.entries.map(({ state }) => state);
  return { queue, begun, states };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the uploads", () => {
  it("send three files at once, and the next one when one is done", () => {
    const { queue, begun, states } = started();
    queue.add([file("a"), file("b"), file("c"), file("d")], {});
    expect(states()).toEqual(["sending", "sending", "sending", "queued"]);
    begun[0]?.done("document");
    expect(states()).toEqual(["done", "sending", "sending", "sending"]);
    expect(queue.entries[0]?.documentId).toBe("document");
  });

  it("take the same file once, as long as it is not done", () => {
    const { queue, begun } = started();
    queue.add([file("a")], {});
    queue.add([file("a")], {});
    expect(queue.entries).toHaveLength(1);
    queue.add([file("a")], { documentId: "other" });
    expect(queue.entries).toHaveLength(2);
    begun[0]?.done("document");
    queue.add([file("a")], {});
    expect(queue.entries).toHaveLength(3);
  });

  it("give the place of a paused file to the next one", () => {
    const { queue, begun, states } = started();
    queue.add([file("a"), file("b"), file("c"), file("d")], {});
    queue.pause(1);
    expect(begun[0]?.stop).toHaveBeenCalled();
    expect(states()).toEqual(["paused", "sending", "sending", "sending"]);
    queue.resume(1);
    expect(states()[0]).toBe("queued");
  });

  it("go on after a loss of the network, in growing pauses", () => {
    const { queue, begun, states } = started();
    queue.add([file("a")], {});
    begun[0]?.failed(lost, true);
    expect(states()).toEqual(["waiting"]);
    vi.advanceTimersByTime(1000);
    expect(states()).toEqual(["sending"]);
    begun[1]?.failed(lost, true);
    vi.advanceTimersByTime(1999);
    expect(states()).toEqual(["waiting"]);
    vi.advanceTimersByTime(1);
    expect(begun).toHaveLength(3);
    begun[2]?.progress(50);
    begun[2]?.failed(lost, true);
    vi.advanceTimersByTime(1000);
    expect(begun).toHaveLength(4);
  });

  it("go on at once when the network is back", () => {
    const { queue, begun, states } = started();
    queue.add([file("a")], {});
    begun[0]?.failed(lost, true);
    queue.wake();
    expect(states()).toEqual(["sending"]);
    vi.advanceTimersByTime(60_000);
    expect(begun).toHaveLength(2);
  });

  it("keep a refused file with its error", () => {
    const { queue, begun } = started();
    queue.add([file("a")], {});
    const refusal = new ApiError(403, "limit.reached", "no room");
    begun[0]?.failed(refusal, false);
    expect(queue.entries[0]).toMatchObject({ state: "failed", error: refusal });
  });

  it("do not hear an attempt that was stopped", () => {
    const { queue, begun, states } = started();
    queue.add([file("a")], {});
    queue.pause(1);
    begun[0]?.done("document");
    begun[0]?.failed(lost, true);
    expect(states()).toEqual(["paused"]);
  });

  it("remove what the server has of an unfinished file, and keep documents", async () => {
    const { queue, begun } = started();
    queue.add([file("a"), file("b")], {});
    begun[0]?.done("document");
    await queue.remove(1);
    await queue.remove(2);
    expect(begun[0]?.remove).not.toHaveBeenCalled();
    expect(begun[1]?.remove).toHaveBeenCalled();
    expect(queue.entries).toEqual([]);
  });
});
