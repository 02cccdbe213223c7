import { afterEach, describe, expect, it, vi } from "vitest";

const send = vi.hoisted(() => vi.fn<(request: Request) => Promise<Response>>());
vi.mock("@/api/client", () => ({ send }));
vi.stubGlobal("location", { origin: "http://plinth.example" });
const { eventsOf, follow } = await import("@/api/server-sent");

async function* cut(...texts: string[]) {
  yield* texts;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const answer = (text: string, status = 200) => Promise.resolve(new Response(text, { status }));

describe("server-sent events", () => {
  it("are read wherever the stream is cut", async () => {
    const stream = 'retry: 9\n\n: comment\n\nid: 5\nevent: output\ndata: {"text":"Grüße"}\n\n';
    const whole = [{ event: "output", data: '{"text":"Grüße"}', id: "5" }];
    for (let at = 0; at < stream.length; at += 1) {
      expect(await all(eventsOf(cut(stream.slice(0, at), stream.slice(at))))).toEqual(whole);
    }
  });

  it("have the lines of their data joined", async () => {
    expect(await all(eventsOf(cut("data: a\ndata: b\n\n")))).toEqual([{ event: "message", data: "a\nb", id: undefined }]);
  });

  it("that the stream did not finish are not told", async () => {
    expect(await all(eventsOf(cut("data: a\n")))).toEqual([]);
  });
});

describe("following", () => {
  afterEach(() => send.mockReset());

  it("goes on behind the last id after the stream broke", async () => {
    send.mockReturnValueOnce(answer("id: 3\nevent: output\ndata: abc\n\n")).mockReturnValueOnce(answer("event: ended\ndata: e\n\n"));
    const found = await all(follow("/x", "ended", new AbortController().signal));
    expect(found.map(({ data }) => data)).toEqual(["abc", "e"]);
    expect(send.mock.calls.map(([request]) => request.headers.get("Last-Event-ID"))).toEqual([null, "3"]);
  });

  it("goes on after the network was lost", async () => {
    send.mockRejectedValueOnce(new TypeError("lost")).mockReturnValueOnce(answer("event: ended\ndata: e\n\n"));
    expect(await all(follow("/x", "ended", new AbortController().signal))).toHaveLength(1);
  });

  it("ends with the problem of a refusal", async () => {
    send.mockReturnValueOnce(answer(JSON.stringify({ code: "streams.too_many", detail: "d", request_id: "r" }), 429));
    await expect(all(follow("/x", "ended", new AbortController().signal))).rejects.toMatchObject({ code: "streams.too_many" });
  });
});
