import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Live, type LiveEvent, pathsOf, topicsOf } from "@/api/live";

class Socket {
  readyState = 1;
  sent: { type: string; topics?: string[]; after?: number }[] = [];
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  send = (text: string) => void this.sent.push(JSON.parse(text) as never);
  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  hear = (message: object) => this.onmessage?.({ data: JSON.stringify(message) });
  said = (type: string) => this.sent.filter((message) => message.type === type);
}

const event = (number: number, kind = "project", project_id: string | null = null) =>
  ({ number, subject: { kind, id: "s" }, project_id }) as LiveEvent;

let sockets: Socket[];
let live: Live;
let refreshed: number;
let resynced: number;
const last = () => sockets[sockets.length - 1] as Socket;

function open(number = 7) {
  last().onopen?.();
  last().hear({ type: "subscribed", number });
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  refreshed = 0;
  resynced = 0;
  live = new Live({
    open: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    refresh: async () => {
      refreshed += 1;
    },
    resync: () => {
      resynced += 1;
    },
  });
});
afterEach(() => vi.useRealTimers());

describe("the socket", () => {
  it("is one for all subscribers, who hear the events of their topics", () => {
    const projects: number[] = [];
    const jobs: number[] = [];
    live.subscribe(["projects"], ({ number }) => projects.push(number));
    live.subscribe(["jobs"], ({ number }) => jobs.push(number));
    open();
    last().hear({ type: "event", event: event(8) });
    last().hear({ type: "event", event: event(9, "job") });
    expect(sockets).toHaveLength(1);
    expect(projects).toEqual([8]);
    expect(jobs).toEqual([9]);
  });

  it("tells the server of topics that come and go, and closes after the last subscriber", () => {
    const end = live.subscribe(["projects"], () => {});
    open();
    const endJobs = live.subscribe(["jobs"], () => {});
    expect(last().said("subscribe")[1]).toEqual({ type: "subscribe", topics: ["jobs"] });
    endJobs();
    expect(last().said("unsubscribe")).toEqual([{ type: "unsubscribe", topics: ["jobs"] }]);
    end();
    expect(last().readyState).toBe(3);
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });

  it("resumes after a loss behind the last number that it has seen", () => {
    live.subscribe(["projects"], () => {});
    open(7);
    last().hear({ type: "event", event: event(12) });
    last().close(1006);
    expect(live.isOpen).toBe(false);
    vi.advanceTimersByTime(2000);
    last().onopen?.();
    expect(sockets).toHaveLength(2);
    expect(last().sent[0]).toEqual({ type: "subscribe", topics: ["projects"], after: 12 });
  });

  it("resumes behind its first position when no event came", () => {
    live.subscribe(["projects"], () => {});
    open(7);
    last().close(1006);
    vi.advanceTimersByTime(2000);
    last().onopen?.();
    expect(last().sent[0]?.after).toBe(7);
  });

  it("is taken for dead after sleep when a ping has no answer", () => {
    live.subscribe(["projects"], () => {});
    open();
    live.check();
    expect(last().said("ping")).toHaveLength(1);
    vi.advanceTimersByTime(25_000);
    expect(sockets).toHaveLength(2);
  });

  it("stays while pings are answered", () => {
    live.subscribe(["projects"], () => {});
    open();
    for (let beat = 0; beat < 5; beat += 1) {
      vi.advanceTimersByTime(20_000);
      last().hear({ type: "pong" });
    }
    expect(sockets).toHaveLength(1);
  });

  it("gets a new access token after the old one has expired", async () => {
    live.subscribe(["projects"], () => {});
    open();
    last().close(4401);
    await vi.advanceTimersByTimeAsync(2000);
    expect(refreshed).toBe(1);
    expect(sockets).toHaveLength(2);
  });

  it("reads everything again when events were removed, and goes on at the last number", () => {
    live.subscribe(["projects"], () => {});
    open();
    last().hear({ type: "resync_required", first: 50, last: 99 });
    expect(resynced).toBe(1);
    vi.advanceTimersByTime(2000);
    last().onopen?.();
    expect(last().sent[0]?.after).toBe(99);
  });

  it("waits longer after each loss", () => {
    live.subscribe(["projects"], () => {});
    const opened: number[] = [];
    for (let loss = 0; loss < 5; loss += 1) {
      last().close(1006);
      const from = Date.now();
      const count = sockets.length;
      while (sockets.length === count) vi.advanceTimersByTime(50);
      opened.push(Date.now() - from);
    }
    expect(opened[4]).toBeGreaterThan((opened[0] ?? 0) * 3);
  });
});

it("an event has the topic of its kind, and that of its project", () => {
  expect([...topicsOf(event(1, "party", "p"))]).toEqual(["*", "parties", "projects/p"]);
  expect([...topicsOf(event(1, "project_access"))]).toEqual(["*", "project_access"]);
});

it("an event names the paths whose answers it changes", () => {
  expect(pathsOf("project")).toEqual(["/api/v1/projects"]);
  expect(pathsOf("feature_flag")).toEqual(["/api/v1/feature-flags"]);
  expect(pathsOf("sso_connection")).toEqual(["/api/v1/organization/sso"]);
});
