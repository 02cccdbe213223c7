import { errorOf, isLost } from "./problem";
import { send } from "./client";

export interface ServerSent {
  event: string;
  data: string;
  /** The last id until now. */
  id: string | undefined;
}

/** The events in a stream of text, as they come (server-sent events of the HTML standard). */
export async function* eventsOf(texts: AsyncIterable<string>): AsyncGenerator<ServerSent> {
  let rest = "";
  let id: string | undefined;
  let event = "message";
  let data: string[] = [];
  for await (const text of texts) {
    const lines = (rest + text).split(/\r\n|\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, name, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (line === "") {
        if (data.length > 0) yield { event, data: data.join("\n"), id };
        event = "message";
        data = [];
      } else if (name === "event") event = value ?? "";
      else if (name === "data") data.push(value ?? "");
      else if (name === "id") id = value;
    }
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Follows a stream of the API until an event of the kind `last`. A stream that breaks is opened again
 * behind the last id, so each event comes once. Throws an `ApiError` when the API refuses the stream.
 */
export async function* follow(path: string, last: string, signal: AbortSignal): AsyncGenerator<ServerSent> {
  let id: string | undefined;
  let losses = 0;
  while (!signal.aborted) {
    try {
      for await (const sent of eventsOf(await open(path, id, signal))) {
        losses = 0;
        id = sent.id ?? id;
        yield sent;
        if (sent.event === last) return;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (!isLost(thrown)) throw thrown;
    }
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** losses, LONGEST_PAUSE_MS), signal);
    losses += 1;
  }
}

async function open(path: string, id: string | undefined, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const headers = { Accept: "text/event-stream", ...(id === undefined ? {} : { "Last-Event-ID": id }) };
  const response = await send(new Request(location.origin + path, { headers, signal }));
  if (!response.ok || !response.body) throw errorOf(response, await response.json().catch(() => undefined));
  return pieces(response.body);
}

/** Safari's streams cannot be iterated. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
