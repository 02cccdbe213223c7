import type { components } from "@/generated/api";

export type LiveEvent = components["schemas"]["Event"];
type Listener = (event: LiveEvent) => void;

/** What the browser gives; tests give their own. */
export interface Network {
  open: () => WebSocket;
  /** Gets a new access token after the one of the socket has expired. */
  refresh: () => Promise<void>;
  /** Events were removed that the page has not seen, so all records are read again. */
  resync: () => void;
}

const HEARTBEAT_MS = 20_000;
const LONGEST_PAUSE_MS = 30_000;
const EXPIRED = 4401;

/**
 * The one socket of the page, shared by all subscribers. After a loss it opens again, and resumes behind
 * the last number that it has seen. It is open while there are subscribers.
 */
export class Live {
  private readonly subscribers = new Map<Listener, readonly string[]>();
  private readonly states = new Set<() => void>();
  private socket: WebSocket | undefined;
  private subscribed = new Set<string>();
  private last: number | undefined;
  private losses = 0;
  private isAnswered = true;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether events arrive. */
  isOpen = false;

  constructor(private readonly network: Network) {}

  /** Calls the listener for each event of the topics, and returns how to stop that. */
  subscribe(topics: readonly string[], listener: Listener): () => void {
    this.subscribers.set(listener, topics);
    this.follow();
    return () => {
      this.subscribers.delete(listener);
      this.follow();
    };
  }

  /** Calls back when `isOpen` changes. */
  watch = (changed: () => void): (() => void) => {
    this.states.add(changed);
    return () => this.states.delete(changed);
  };

  /** Looks at once whether the socket still lives: after sleep, or when the network is back. */
  check(): void {
    if (this.socket) this.beat();
    else if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.connect();
    }
  }

  private wanted = (): Set<string> => new Set([...this.subscribers.values()].flat());

  private follow(): void {
    if (this.subscribers.size === 0) return this.close();
    if (this.isOpen) return this.change();
    if (!this.socket && this.timer === undefined) this.connect();
    return undefined;
  }

  private connect(): void {
    this.timer = undefined;
    if (this.subscribers.size === 0) return;
    const socket = this.network.open();
    this.socket = socket;
    socket.onopen = () => {
      this.isAnswered = true;
      this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
      const topics = [...this.wanted()];
      this.subscribed = new Set(topics);
      this.say({ type: "subscribe", topics, ...(this.last === undefined ? {} : { after: this.last }) });
    };
    socket.onmessage = ({ data }) => this.hear(JSON.parse(String(data)) as Message);
    socket.onclose = ({ code }) => void this.lost(socket, code);
  }

  private hear(message: Message): void {
    this.isAnswered = true;
    switch (message.type) {
      case "subscribed":
        this.last ??= message.number;
        this.losses = 0;
        if (!this.isOpen) {
          this.state(true);
          this.change();
        }
        return;
      case "event":
        this.last = message.event.number;
        this.tell(message.event);
        return;
      case "resync_required":
        this.last = message.last;
        this.network.resync();
        // The position of a socket is set once.
        this.socket?.close();
        return;
      default:
    }
  }

  private tell(event: LiveEvent): void {
    const names = topicsOf(event);
    for (const [listener, topics] of this.subscribers) {
      if (topics.some((topic) => names.has(topic))) listener(event);
    }
  }

  /** Tells the server which topics came and went. */
  private change(): void {
    const wanted = this.wanted();
    const came = [...wanted].filter((topic) => !this.subscribed.has(topic));
    const went = [...this.subscribed].filter((topic) => !wanted.has(topic));
    if (came.length > 0) this.say({ type: "subscribe", topics: came });
    if (went.length > 0) this.say({ type: "unsubscribe", topics: went });
    this.subscribed = wanted;
  }

  private beat(): void {
    if (!this.isAnswered) {
      const socket = this.socket;
      socket?.close();
      // A dead connection tells of its end only after a long time.
      if (socket) void this.lost(socket, 1006);
      return;
    }
    this.isAnswered = false;
    this.say({ type: "ping" });
  }

  private async lost(socket: WebSocket, code: number): Promise<void> {
    if (socket !== this.socket) return;
    this.drop();
    if (this.subscribers.size === 0) return;
    const pause = Math.min(500 * 2 ** this.losses, LONGEST_PAUSE_MS) * (0.5 + Math.random());
    this.losses += 1;
    this.timer = setTimeout(() => this.connect(), pause);
    if (code === EXPIRED) await this.network.refresh().catch(() => undefined);
  }

  private drop(): void {
    clearInterval(this.heartbeat);
    this.socket = undefined;
    this.state(false);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const socket = this.socket;
    this.drop();
    socket?.close();
  }

  private say(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private state(isOpen: boolean): void {
    if (this.isOpen === isOpen) return;
    this.isOpen = isOpen;
    for (const changed of this.states) changed();
  }
}

type Message =
  | { type: "authenticated" | "pong" | "error" }
  | { type: "subscribed"; number: number }
  | { type: "event"; event: LiveEvent }
  | { type: "resync_required"; first: number; last: number };

/** The topics of an event: that of its kind, that of its project, and `*`. */
export function topicsOf(event: LiveEvent): Set<string> {
  const topics = new Set(["*", topicOf(event.subject.kind)]);
  if (event.project_id) topics.add(`projects/${event.project_id}`);
  return topics;
}

const WITHOUT_PLURAL = new Set(["organization", "project_access", "support_access"]);

function topicOf(kind: string): string {
  if (WITHOUT_PLURAL.has(kind)) return kind;
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

const PATHS: Record<string, string[]> = {
  organization_domain: ["organization/domains"],
  organization_export: ["organization/exports"],
  sso_connection: ["organization/sso"],
  support_access: ["organization/support-access"],
  support_session: ["organization/support-access"],
  project_access: ["projects"],
  agent_run: ["agents"],
  member: ["members", "me"],
  organization: ["organization", "me"],
  comment: ["comments", "notifications"],
  invoice: ["invoices", "contracts", "dunning-notices"],
  payment: ["payments", "invoices", "contracts"],
  bank_transaction: ["bank-transactions", "payments"],
  webhook: ["webhooks", "webhook-deliveries"],
  dataset: ["datasets", "dataset-items"],
  // Leaderboards are below datasets.
  evaluation: ["evaluations", "datasets"],
};

/** The beginnings of the paths whose answers an event changes. */
export const pathsOf = (kind: string): string[] =>
  (PATHS[kind] ?? [topicOf(kind).replaceAll("_", "-")]).map((path) => `/api/v1/${path}`);
