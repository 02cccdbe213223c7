// A server for one test, which answers as the test says.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A request that has come whole. */
export interface Asked {
  method: string;
  /** The path with its query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/** Starts a server, and answers its URL. It ends with the test. */
export async function serve(context: TestContext, answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) {
        pieces.push(piece as Buffer);
      }
    } catch {
      return;
    }
    const { method = "", url = "", headers } = request;
    await answer({ method, path: url, headers, body: Buffer.concat(pieces) }, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Answers a problem as the API does. */
export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  more: { headers?: Record<string, string>; [name: string]: unknown } = {},
): void {
  const { headers = {}, ...fields } = more;
  const title = "Problem";
  const type = `/docs/problems#${code}`;
  const body = { type, title, status, detail: `about ${code}`, code, request_id: "r-1", ...fields };
  response.writeHead(status, { "Content-Type": "application/problem+json", ...headers });
  response.end(JSON.stringify(body));
}

/** Waits until it is true, at most five seconds. */
export async function until(isTrue: () => boolean): Promise<void> {
  const late = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > late) {
      throw new Error("it does not become true");
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
