import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";

import { createClient, is, Upload } from "@plinth/client";

import { json, problem, until } from "./server.js";

/** A server of one upload, which keeps what has arrived when a connection is cut, as Plinth does. */
class Store {
  bytes = Buffer.alloc(0);
  length = 0;
  metadata: Record<string, string> = {};
  readonly asked: string[] = [];
  /** Called while bytes arrive; `true` cuts the connection. */
  cuts: (arrived: number) => boolean = () => false;
  /** Answers a `PATCH` in the place of the store; `true` if it did. */
  refuses: (response: ServerResponse) => boolean = () => false;

  async start(context: TestContext): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    this.asked.push(`${method} ${url}`);
    if (url === "/api/v1/documents/d-1") {
      return json(response, 200, { id: "d-1" });
    }
    assert.equal(headers["tus-resumable"], "1.0.0");
    if (method === "POST") {
      this.length = Number(headers["upload-length"]);
      const pairs = String(headers["upload-metadata"]).split(",").map((pair) => pair.split(" "));
      for (const [key = "", value = ""] of pairs) {
        this.metadata[key] = Buffer.from(value, "base64").toString();
      }
      return void response.writeHead(201, { Location: "/api/v1/uploads/u-1" }).end();
    }
    if (method === "PATCH") {
      if (this.refuses(response)) {
        return undefined;
      }
      if (Number(headers["upload-offset"]) !== this.bytes.length) {
        return problem(response, 409, "upload.offset");
      }
      assert.equal(headers["content-type"], "application/offset+octet-stream");
      try {
        for await (const piece of request) {
          this.bytes = Buffer.concat([this.bytes, piece as Buffer]);
          if (this.cuts(this.bytes.length)) {
            return void request.destroy();
          }
        }
      } catch {
        return undefined;
      }
    }
    const offset = String(this.bytes.length);
    const said = {
      "Plinth-Document": "/api/v1/documents/d-1",
      "Upload-Length": String(this.length),
      "Upload-Offset": offset,
    };
    return void response.writeHead(204, said).end();
  }
}

const MIB = 1024 * 1024;

test("an upload that is cut goes on with the bytes that the server has not", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  const bytes = randomBytes(3 * MIB + 17);
  const cutAt = [MIB / 2, MIB + MIB / 2];
  store.cuts = (arrived) => {
    const isReached = arrived > (cutAt[0] ?? Infinity);
    if (isReached) {
      cutAt.shift();
    }
    return isReached;
  };
  const progress: number[] = [];
  const upload = new Upload(client, new File([bytes], "Überbrückung 🏗.pdf"), {
    project_id: "p-1",
    metadata: { sheet: 7 },
    chunkBytes: MIB,
    onProgress: (sent, total) => {
      assert.equal(total, bytes.length);
      progress.push(sent);
    },
  });
  assert.equal((await upload.done).id, "d-1");
  assert(store.bytes.equals(bytes));
  assert.deepEqual(store.metadata, {
    filename: "Überbrückung 🏗.pdf",
    project_id: "p-1",
    metadata: '{"sheet":7}',
  });
  assert.equal(store.asked.filter((line) => line.startsWith("POST")).length, 1);
  assert.equal(store.asked.filter((line) => line.startsWith("GET /api/v1/uploads")).length, 2);
  assert.deepEqual(progress, progress.toSorted((a, b) => a - b));
  assert.equal(progress.at(-1), bytes.length);
});

test("a pause stops the request, and a resumption goes on where it stopped", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  const bytes = randomBytes(4 * MIB);
  const upload = new Upload(client, new Blob([bytes]), {
    name: "plan.pdf",
    chunkBytes: MIB,
    onProgress: (sent) => {
      if (sent === 2 * MIB) {
        upload.pause();
      }
    },
  });
  await until(() => upload.sent === 2 * MIB);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const whilePaused = store.asked.length;
  assert(store.bytes.length < bytes.length);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(store.asked.length, whilePaused);
  upload.resume();
  await upload.done;
  assert(store.bytes.equals(bytes));
});

test("an upload goes on in another process by its id", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  const file = new Blob([randomBytes(2 * MIB)]);
  const controller = new AbortController();
  const first = new Upload(client, file, {
    name: "plan.pdf",
    chunkBytes: MIB / 2,
    signal: controller.signal,
    onProgress: (sent) => {
      if (sent >= MIB) {
        controller.abort(new Error("the process ends"));
      }
    },
  });
  await assert.rejects(first.done, { message: "the process ends" });
  assert.equal(first.id, "u-1");
  const had = store.bytes.length;
  const progress: number[] = [];
  const second = new Upload(client, file, { id: first.id, onProgress: (sent) => void progress.push(sent) });
  await second.done;
  assert.equal(progress[0], had);
  assert.equal(store.bytes.length, file.size);
});

test("an upload of another file is not gone on with", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  store.length = 8;
  const upload = new Upload(client, new Blob(["%PDF-1.7\n"]), { id: "u-1" });
  await assert.rejects(upload.done, { message: "the upload has 8 bytes, and the file 9" });
  assert.deepEqual(store.asked, ["GET /api/v1/uploads/u-1"]);
});

test("an upload in use, and a busy server, are waited for", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  const refusals = [
    (response: ServerResponse) => problem(response, 409, "upload.in_use"),
    (response: ServerResponse) =>
      problem(response, 429, "upload.share_taken", { headers: { "Retry-After": "0" } }),
  ];
  store.refuses = (response) => {
    const refuse = refusals.shift();
    refuse?.(response);
    return refuse !== undefined;
  };
  await new Upload(client, new Blob(["%PDF-1.7"]), { name: "plan.pdf" }).done;
  assert.equal(store.bytes.toString(), "%PDF-1.7");
});

test("a file that is refused is a problem at once", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  let asked = 0;
  store.refuses = (response) => {
    asked += 1;
    problem(response, 403, "limit.reached");
    return true;
  };
  const upload = new Upload(client, new Blob(["%PDF-1.7"]), { name: "plan.pdf" });
  await assert.rejects(upload.done, (error) => is(error, "limit.reached"));
  assert.equal(asked, 1);
});

test("an empty file is a document, too", async (t) => {
  const store = new Store();
  const client = createClient({ baseUrl: await store.start(t), token: "t" });
  assert.equal((await new Upload(client, new Blob([]), { name: "empty.txt" }).done).id, "d-1");
});
