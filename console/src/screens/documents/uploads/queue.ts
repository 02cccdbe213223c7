import { type ApiError, asApiError } from "@/api/problem";

export type State = "queued" | "sending" | "waiting" | "paused" | "failed" | "done";

/** What a file becomes: a document, perhaps of a project, or a new version of a document. */
export interface Target {
  projectId?: string | undefined;
  documentId?: string | undefined;
}

export interface Entry {
  readonly id: number;
  readonly file: File;
  readonly target: Target;
  readonly state: State;
  /** Bytes that the server has. */
  readonly sent: number;
  readonly error?: ApiError | undefined;
  /** The document, when it is done. */
  readonly documentId?: string | undefined;
}

export interface Events {
  progress: (sent: number) => void;
  done: (documentId: string) => void;
  /** `isTemporary`: another attempt may go on. */
  failed: (error: ApiError, isTemporary: boolean) => void;
}

/** A file on its way. `stop` keeps what the server has, `remove` does not. */
export interface Transfer {
  stop: () => void;
  remove: () => Promise<unknown>;
}

/** Goes on with the upload of a file where it was left, or begins it. */
export type Begin = (file: File, target: Target, events: Events) => Transfer;

const AT_ONCE = 3;
const LONGEST_PAUSE_MS = 30_000;

const isRunning = ({ state }: Entry) => state === "sending" || state === "waiting";
export const isOpen = (entry: Entry): boolean => isRunning(entry) || entry.state === "queued";

const isSame = (one: Pick<Entry, "file" | "target">, other: Pick<Entry, "file" | "target">) =>
  one.file.name === other.file.name &&
  one.file.size === other.file.size &&
  one.file.lastModified === other.file.lastModified &&
  one.target.documentId === other.target.documentId;

/** Files on their way to the server, a few at once. After a loss of the network each goes on by itself. */
export class Queue {
  private readonly transfers = new Map<number, Transfer>();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly losses = new Map<number, number>();
  private readonly listeners = new Set<() => void>();
  private lastId = 0;
  entries: readonly Entry[] = [];

  constructor(private readonly begin: Begin) {}

  watch = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  /** Adds files but those that are on their way already. */
  add(files: readonly File[], target: Target): void {
    for (const file of files) {
      if (this.entries.some((entry) => entry.state !== "done" && isSame(entry, { file, target }))) continue;
      this.lastId += 1;
      this.set([...this.entries, { id: this.lastId, file, target, state: "queued", sent: 0 }]);
    }
    this.fill();
  }

  pause(id: number): void {
    this.halt(id);
    this.update(id, { state: "paused" });
    this.fill();
  }

  resume(id: number): void {
    this.losses.delete(id);
    this.update(id, { state: "queued", error: undefined });
    this.fill();
  }

  /** Takes a file out, and what the server has of it, unless it is a document already. */
  async remove(id: number): Promise<void> {
    const transfer = this.transfers.get(id);
    const isDone = this.entries.some((entry) => entry.id === id && entry.state === "done");
    this.halt(id);
    this.set(this.entries.filter((entry) => entry.id !== id));
    this.fill();
    // What cannot be removed now, the server removes after a day.
    if (!isDone) await transfer?.remove().catch(() => undefined);
  }

  clearDone(): void {
    this.set(this.entries.filter(({ state }) => state !== "done"));
  }

  /** Goes on at once with what waits: the network is back. */
  wake(): void {
    for (const { id, state } of this.entries) if (state === "waiting") this.start(id);
  }

  private fill(): void {
    for (const { id } of this.entries.filter(({ state }) => state === "queued")) {
      if (this.entries.filter(isRunning).length >= AT_ONCE) return;
      this.start(id);
    }
  }

  private start(id: number): void {
    const entry = this.entries.find((one) => one.id === id);
    if (!entry) return;
    this.halt(id);
    this.update(id, { state: "sending", error: undefined });
    // An earlier attempt that ends late is not heard any more.
    const isCurrent = () => this.transfers.get(id) === transfer;
    const transfer = this.begin(entry.file, entry.target, {
      progress: (sent) => {
        if (!isCurrent()) return;
        this.losses.delete(id);
        this.update(id, { sent });
      },
      done: (documentId) => {
        if (!isCurrent()) return;
        this.update(id, { state: "done", sent: entry.file.size, documentId });
        this.fill();
      },
      failed: (error, isTemporary) => {
        if (!isCurrent()) return;
        if (isTemporary) this.wait(id, error);
        else this.update(id, { state: "failed", error });
        this.fill();
      },
    });
    this.transfers.set(id, transfer);
  }

  private wait(id: number, error: ApiError): void {
    const losses = this.losses.get(id) ?? 0;
    this.losses.set(id, losses + 1);
    this.update(id, { state: "waiting", error: asApiError(error) });
    this.timers.set(id, setTimeout(() => this.start(id), Math.min(1000 * 2 ** losses, LONGEST_PAUSE_MS)));
  }

  private halt(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    const transfer = this.transfers.get(id);
    this.transfers.delete(id);
    transfer?.stop();
  }

  private update(id: number, change: Partial<Entry>): void {
    this.set(this.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)));
  }

  private set(entries: readonly Entry[]): void {
    this.entries = entries;
    for (const changed of this.listeners) changed();
  }
}
