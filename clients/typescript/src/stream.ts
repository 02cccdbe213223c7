import { Deadline, sleep } from "./deadline.js";
import { backoff, waitAfter } from "./retry.js";
import { read, type ServerSentEvent } from "./server-sent-events.js";

export interface StreamOptions {
  signal?: AbortSignal;
  /** After how many milliseconds without a byte the connection counts as lost. */
  silenceMs?: number;
  /** For how many milliseconds the stream tries to connect again before it fails. */
  outageMs?: number;
}

/** Connects, and answers the body with the events behind a number. */
export type Connect = (after: number, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

const LONGEST_EVENT = 8 * 1024 * 1024;
const LONGEST_WAIT_MS = 30_000;

/**
 * The events of a stream whose ids are numbers that grow. Where the connection ends, it connects again
 * behind the last number, so that no event is missing or comes twice. It ends when the consumer stops, and
 * fails when the signal aborts, the server refuses, or an outage lasts too long.
 */
export async function* resumed(
  connect: Connect,
  begin: number,
  { signal, silenceMs = 45_000, outageMs = 300_000 }: StreamOptions,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const waits = { attempts: Infinity, firstWaitMs: 1_000, longestWaitMs: LONGEST_WAIT_MS };
  const onRetry = (ms: number) => {
    waits.firstWaitMs = Math.min(ms, LONGEST_WAIT_MS);
  };
  let after = begin;
  let failures = 0;
  let lostAt: number | undefined;
  for (;;) {
    let wait: number | undefined;
    // The signal of the consumer may outlive many connections: each listens to it by a signal of its own.
    const connection = new Deadline(signal, Infinity);
    try {
      const body = await connect(after, connection.signal);
      failures = 0;
      lostAt = undefined;
      for await (const event of read(body, { silenceMs, longestEvent: LONGEST_EVENT, onRetry })) {
        const number = event.id === undefined ? undefined : Number(event.id);
        if (number !== undefined && number <= after) {
          continue;
        }
        after = number ?? after;
        yield event;
      }
      wait = backoff(1, waits);
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      lostAt ??= performance.now();
      wait = waitAfter(error, failures, waits);
      if (wait === undefined || performance.now() + wait - lostAt > outageMs) {
        throw error;
      }
    } finally {
      connection.end();
    }
    await sleep(wait, signal);
  }
}
