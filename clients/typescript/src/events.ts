import type { Client } from "./generated/client/index.js";
import type { Event } from "./generated/types.gen.js";
import { type Connect, resumed, type StreamOptions } from "./stream.js";

export interface EventOptions extends StreamOptions {
  /** The number of the last event that was seen; without it, events from now on. */
  after?: number;
  /** `documents`, `projects/{id}` and others; all of them without it. */
  topics?: string[];
}

/** The next events are no longer stored: read the records again, and go on after `last`. */
export class ResyncRequired extends Error {
  override readonly name = "ResyncRequired";

  constructor(
    /** The number of the first event that is stored. */
    readonly first: number,
    /** The number of the last event. */
    readonly last: number,
  ) {
    super(`the events are stored from ${first} to ${last}: read the records again`);
  }
}

/** The events of the organization, each once and in their order, also over cut connections. */
export async function* events(
  client: Client,
  options: EventOptions = {},
): AsyncGenerator<Event, void, undefined> {
  const after = options.after ?? (await lastEventNumber(client, options));
  yield* behind(client, after, options);
}

/** The number of the organization's last event, after which new ones follow. */
export async function lastEventNumber(client: Client, options: StreamOptions = {}): Promise<number> {
  try {
    // A stream behind an event that does not exist says which ones do.
    await behind(client, Number.MAX_SAFE_INTEGER, options).next();
  } catch (error) {
    if (error instanceof ResyncRequired) {
      return error.last;
    }
    throw error;
  }
  throw new Error("the server streams events behind the last one");
}

async function* behind(
  client: Client,
  begin: number,
  { topics, ...options }: EventOptions,
): AsyncGenerator<Event, void, undefined> {
  const connect: Connect = async (after, signal) => {
    const { data } = await client.get<ReadableStream<Uint8Array>, unknown, true>({
      url: "/api/v1/events/stream",
      query: { after, topics: topics?.join(",") },
      headers: { Accept: "text/event-stream" },
      security: [{ type: "http", scheme: "bearer" }],
      parseAs: "stream",
      signal,
    });
    return data as unknown as ReadableStream<Uint8Array>;
  };
  for await (const { event, data } of resumed(connect, begin, options)) {
    if (event === "resync_required") {
      const { first, last } = JSON.parse(data) as { first: number; last: number };
      throw new ResyncRequired(first, last);
    }
    yield JSON.parse(data) as Event;
  }
}
