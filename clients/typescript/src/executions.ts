import type { Client } from "./generated/client/index.js";
import { cancelExecution, createExecution, executePrompt, type Options } from "./generated/sdk.gen.js";
import type { CreateExecutionData, ExecutePromptData, Execution } from "./generated/types.gen.js";
import { newKey } from "./request.js";
import { type Connect, resumed, type StreamOptions } from "./stream.js";

/** What the operation takes, without what only belongs to whole answers. */
type StreamedOptions<Data extends CreateExecutionData | ExecutePromptData> = Omit<
  Options<Data>,
  "headers" | "parseAs" | "signal"
> &
  StreamOptions & {
    /** By default a new one. */
    idempotencyKey?: string;
  };

/** Executes a version of a prompt, and streams its text. */
export function streamPrompt(options: StreamedOptions<ExecutePromptData>): ExecutionStream {
  const headers = begun(options);
  return new ExecutionStream(options.client, options, {
    begin: (signal) => executePrompt({ ...options, headers, parseAs: "stream", signal }),
  });
}

/** Executes messages, and streams their answer. */
export function streamMessages(options: StreamedOptions<CreateExecutionData>): ExecutionStream {
  const headers = begun(options);
  return new ExecutionStream(options.client, options, {
    begin: (signal) => createExecution({ ...options, headers, parseAs: "stream", signal }),
  });
}

/** Streams the text of an execution, also of an ended one, behind this many characters. */
export function followExecution(
  client: Client,
  id: string,
  options: StreamOptions & { after?: number } = {},
): ExecutionStream {
  return new ExecutionStream(client, options, { id, after: options.after });
}

interface Start {
  id?: string;
  after?: number;
  begin?: (signal: AbortSignal) => Promise<{ response: Response }>;
}

/** The text of an execution, piece by piece: `for await (const text of stream)`. */
export class ExecutionStream implements AsyncIterable<string> {
  /** As soon as it has begun. */
  id: string | undefined;
  /** The execution, once it has ended; it may have failed. */
  execution: Execution | undefined;

  readonly #client: Client;
  readonly #options: StreamOptions;
  readonly #start: Start;

  constructor(client: Client, options: StreamOptions, start: Start) {
    this.#client = client;
    this.#options = options;
    this.#start = start;
    this.id = start.id;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for await (const { event, data } of resumed(this.#connect, this.#start.after ?? 0, this.#options)) {
      if (event === "ended") {
        this.execution = JSON.parse(data) as Execution;
        return;
      }
      yield (JSON.parse(data) as { text: string }).text;
    }
  }

  /** Ends the execution within a second. To stop reading does not. */
  async cancel(): Promise<void> {
    if (this.id === undefined) {
      throw new Error("the execution has not begun");
    }
    await cancelExecution({ client: this.#client, path: { id: this.id } });
  }

  /** Until the first answer it begins, each time with the same key; later it follows. */
  readonly #connect: Connect = async (after, signal) => {
    const { response } =
      this.id === undefined && this.#start.begin
        ? await this.#start.begin(signal)
        : await this.#follow(after, signal);
    this.id ??= response.headers.get("Location")?.split("/").pop();
    return response.body!;
  };

  #follow(after: number, signal: AbortSignal): Promise<{ response: Response }> {
    return this.#client.get<unknown, unknown, true>({
      url: "/api/v1/executions/{id}/events",
      path: { id: this.id },
      query: { after },
      headers: STREAM,
      security: [{ type: "http", scheme: "bearer" }],
      parseAs: "stream",
      signal,
    });
  }
}

const STREAM = { Accept: "text/event-stream" };

function begun(options: { idempotencyKey?: string }): typeof STREAM & { "Idempotency-Key": string } {
  return { ...STREAM, "Idempotency-Key": options.idempotencyKey ?? newKey() };
}
