import { ConnectionLost } from "./problem.js";

export interface ServerSentEvent {
  id: string | undefined;
  /** `message` where the server names none. */
  event: string;
  data: string;
}

export interface ReadingSettings {
  /** How long nothing may come, in milliseconds. The server sends a comment every 15 s. */
  silenceMs: number;
  /** The maximum length of one event, in UTF-16 code units. */
  longestEvent: number;
  /** Gets `retry:`, the milliseconds that the server wants a client to wait before it comes again. */
  onRetry: (ms: number) => void;
}

/** The events of a body, in the form that the HTML standard defines (9.2.6). */
export async function* read(
  body: ReadableStream<Uint8Array>,
  settings: ReadingSettings,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let event = new Fields();
  for await (const line of lines(body, settings)) {
    if (line === "") {
      const whole = event.whole();
      event = new Fields();
      if (whole) {
        yield whole;
      }
      continue;
    }
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (name === "retry" && /^\d+$/.test(value)) {
      settings.onRetry(Number(value));
    }
    event.take(name, value);
    if (event.length > settings.longestEvent) {
      throw tooLong(settings);
    }
  }
}

/** An event of which not all lines have come. */
class Fields {
  length = 0;
  #id: string | undefined;
  #event = "";
  readonly #data: string[] = [];

  take(name: string, value: string): void {
    this.length += value.length + 1;
    switch (name) {
      case "id":
        this.#id = value;
        break;
      case "event":
        this.#event = value;
        break;
      case "data":
        this.#data.push(value);
        break;
    }
  }

  whole(): ServerSentEvent | undefined {
    if (this.#data.length === 0) {
      return undefined;
    }
    return { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
  }
}

async function* lines(
  body: ReadableStream<Uint8Array>,
  settings: ReadingSettings,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await inTime(reader, settings.silenceMs);
      if (done) {
        return;
      }
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        yield line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (rest.length > settings.longestEvent) {
        throw tooLong(settings);
      }
    }
  } finally {
    // Also where the consumer has stopped: it closes the connection.
    await reader.cancel().catch(() => {});
  }
}

async function inTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ms: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectionLost(`nothing came for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (cause) {
    throw cause instanceof TypeError ? new ConnectionLost("the stream was cut", { cause }) : cause;
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(settings: ReadingSettings): Error {
  return new Error(`an event is longer than ${settings.longestEvent} characters`);
}
