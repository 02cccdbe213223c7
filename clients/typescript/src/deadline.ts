/** The deadlines that follow a signal, by one listener: Node warns of more than ten. */
const followers = new WeakMap<AbortSignal, Set<Deadline>>();

/** A signal that aborts with another one, or when a time is over. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

  constructor(outer: AbortSignal | null | undefined, ms: number) {
    this.#outer = outer ?? undefined;
    if (outer?.aborted) {
      this.abort(outer.reason);
    } else {
      this.extend(ms);
      if (outer) {
        followersOf(outer).add(this);
      }
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds until it is over. */
  get left(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.#at - performance.now());
  }

  /** Begins anew, with this many milliseconds; `Infinity` for none. */
  extend(ms: number): void {
    clearTimeout(this.#timer);
    this.#at = performance.now() + ms;
    if (ms !== Infinity) {
      const late = () => this.abort(new DOMException(`not within ${ms} ms`, "TimeoutError"));
      this.#timer = setTimeout(late, Math.min(ms, 2 ** 31 - 1));
    }
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Neither the other signal nor the time aborts any more. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#outer) {
      followers.get(this.#outer)?.delete(this);
    }
  }

  /** Waits for a promise, at most until the signal aborts. The promise goes on. */
  async within<Value>(promise: Promise<Value>): Promise<Value> {
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason);
      this.signal.addEventListener("abort", stop);
    });
    if (this.signal.aborted) {
      stop();
    }
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }
}

function followersOf(signal: AbortSignal): Set<Deadline> {
  let deadlines = followers.get(signal);
  if (!deadlines) {
    const following = new Set<Deadline>();
    const abort = () => following.forEach((deadline) => deadline.abort(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    followers.set(signal, following);
    deadlines = following;
  }
  return deadlines;
}

/** Waits, at most until the signal aborts; then it throws the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) {
      stop();
    } else {
      signal?.addEventListener("abort", stop, { once: true });
    }
  });
}
