import { Deadline, sleep } from "./deadline.js";
import type { Client } from "./generated/client/index.js";
import { appendUpload, createUpload, getDocument, getUpload } from "./generated/sdk.gen.js";
import type { Document } from "./generated/types.gen.js";
import { is } from "./problem.js";
import { backoff, waitAfter } from "./retry.js";

export interface UploadOptions {
  /** By default the name of the `File`. */
  name?: string;
  project_id?: string;
  metadata?: Record<string, unknown>;
  /** The file becomes a version of this document, and no new document. */
  document_id?: string;
  /** Goes on with an upload that was begun before: its `id`. */
  id?: string;
  /** The bytes of one request; progress is told after each. */
  chunkBytes?: number;
  onProgress?: (sent: number, total: number) => void;
  signal?: AbortSignal;
}

const TUS = { "Tus-Resumable": "1.0.0" };

/** How long the request of a chunk may take; on a slower line the next one goes on where it ended. */
const CHUNK_MS = 120_000;

/** How often in a row requests may fail without a byte that arrives. */
const RETRY = { attempts: 8, firstWaitMs: 500, longestWaitMs: 30_000 };

/** Uploads a file by tus, from now on, over cut connections. */
export class Upload {
  /** The document, once all bytes have arrived. */
  readonly done: Promise<Document>;
  /** Names the upload for `options.id`, also in another process; the server keeps it for a day. */
  id: string | undefined;
  /** The bytes that have arrived. */
  sent = 0;

  readonly #client: Client;
  readonly #file: Blob;
  readonly #options: UploadOptions;
  /** Whether `sent` is what the server has. */
  #isKnown = false;
  #running: Deadline | undefined;
  #pause: { over: Promise<void>; end: () => void } | undefined;

  constructor(client: Client, file: Blob, options: UploadOptions = {}) {
    this.#client = client;
    this.#file = file;
    this.#options = options;
    this.id = options.id;
    this.done = this.#run();
    // It may fail before the caller waits for it.
    this.done.catch(() => {});
  }

  /** Stops the running request; what has arrived of it is kept. */
  pause(): void {
    if (!this.#pause) {
      let end = () => {};
      const over = new Promise<void>((resolve) => (end = resolve));
      this.#pause = { over, end };
      this.#running?.abort(new DOMException("the upload is paused", "AbortError"));
    }
  }

  resume(): void {
    this.#pause?.end();
    this.#pause = undefined;
  }

  async #run(): Promise<Document> {
    let failures = 0;
    let failedAt = 0;
    for (;;) {
      const running = new Deadline(this.#options.signal, Infinity);
      this.#running = running;
      try {
        await running.within(this.#pause?.over ?? Promise.resolve());
        const document = await this.#step(running.signal);
        if (document !== undefined) {
          return document;
        }
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        this.#isKnown = false;
        if (running.signal.aborted) {
          continue;
        }
        failures = this.sent > failedAt ? 1 : failures + 1;
        failedAt = this.sent;
        const wait = is(error, "upload.offset", "upload.in_use")
          ? failures < RETRY.attempts && backoff(failures, RETRY)
          : waitAfter(error, failures, RETRY);
        if (!wait) {
          throw error;
        }
        await sleep(wait, this.#options.signal);
      } finally {
        running.end();
      }
    }
  }

  /** One request: begins the upload, asks how far it has come, or sends a chunk. */
  async #step(signal: AbortSignal): Promise<Document | undefined> {
    if (this.id === undefined) {
      await this.#create(signal);
      return undefined;
    }
    const { response } = this.#isKnown
      ? await this.#append(this.id, signal)
      : await this.#ask(this.id, signal);
    this.#arrived(Number(header(response, "Upload-Offset")));
    if (this.sent < this.#file.size) {
      return undefined;
    }
    const id = lastSegment(header(response, "Plinth-Document"));
    return (await getDocument({ client: this.#client, path: { id }, signal })).data;
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { name, project_id, document_id, metadata } = this.#options;
    const filename = name ?? (this.#file instanceof File ? this.#file.name : undefined);
    const said = {
      filename,
      project_id,
      document_id,
      metadata: metadata && JSON.stringify(metadata),
    };
    const pairs = Object.entries(said).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key} ${base64(value)}`],
    );
    const { response } = await createUpload({
      client: this.#client,
      headers: { ...TUS, "Upload-Length": this.#file.size, "Upload-Metadata": pairs.join(",") },
      // One that is begun and not known costs nothing, and ends after a day.
      repeat: true,
      signal,
    });
    this.id = lastSegment(header(response, "Location"));
    this.#arrived(0);
  }

  async #ask(id: string, signal: AbortSignal): Promise<{ response: Response }> {
    const { response } = await getUpload({ client: this.#client, path: { id }, headers: TUS, signal });
    const length = Number(header(response, "Upload-Length"));
    if (length !== this.#file.size) {
      throw new RangeError(`the upload has ${length} bytes, and the file ${this.#file.size}`);
    }
    return { response };
  }

  #append(id: string, signal: AbortSignal): Promise<{ response: Response }> {
    const { chunkBytes = 4 * 1024 * 1024 } = this.#options;
    return appendUpload({
      client: this.#client,
      path: { id },
      headers: { ...TUS, "Upload-Offset": this.sent },
      body: this.#file.slice(this.sent, this.sent + chunkBytes),
      timeoutMs: CHUNK_MS,
      signal,
    });
  }

  #arrived(bytes: number): void {
    this.sent = bytes;
    this.#isKnown = true;
    this.#options.onProgress?.(bytes, this.#file.size);
  }
}

function header(response: Response, name: string): string {
  const value = response.headers.get(name);
  if (value === null) {
    throw new TypeError(`the answer has no ${name}`);
  }
  return value;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Text in UTF-8 and Base64, as tus has it. */
function base64(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}
