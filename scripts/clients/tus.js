// Uploads with tus-js-client, in every way that it has.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import * as tus from "tus-js-client";

import { api, ask, authorization, check } from "./session.js";

/** A file of 20 MiB that begins like a PDF, and is another one each time. */
function file() {
  return Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(20 * 1024 * 1024)]);
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An upload, and a promise of the last answer's `Plinth-Document`. */
function upload(body, options) {
  let document;
  let running;
  const done = new Promise((resolve, reject) => {
    running = new tus.Upload(body, {
      endpoint: `${api}/uploads`,
      headers: { Authorization: authorization },
      metadata: { filename: "plan.pdf", filetype: "application/pdf" },
      retryDelays: null,
      onAfterResponse: (_, response) => {
        document = response.getHeader("Plinth-Document") ?? document;
      },
      onSuccess: () => resolve(document),
      onError: reject,
      ...options,
    });
  });
  return { running, done };
}

async function arrived(document, bytes) {
  const found = await (await ask(200, document)).json();
  assert.equal(found.current.size_bytes, bytes.length);
  assert.equal(found.current.sha256, sha256(bytes));
}

async function sends(options, body = (bytes) => bytes) {
  const bytes = file();
  const { running, done } = upload(body(bytes), { chunkSize: 6 * 1024 * 1024, ...options });
  running.start();
  await arrived(await done, bytes);
}

async function stopsAndResumes() {
  const bytes = file();
  const first = upload(bytes, {
    chunkSize: 5 * 1024 * 1024,
    onChunkComplete: (_, accepted) => {
      if (accepted >= 5 * 1024 * 1024) first.running.abort();
    },
  });
  const stopped = new Promise((resolve) => {
    const abort = first.running.abort.bind(first.running);
    first.running.abort = async () => {
      await abort();
      resolve(first.running.url);
    };
  });
  first.running.start();
  const uploadUrl = await stopped;
  let resumedAt;
  const second = upload(bytes, {
    uploadUrl,
    onProgress: (sent) => {
      resumedAt ??= sent;
    },
  });
  second.running.start();
  await arrived(await second.done, bytes);
  assert(resumedAt >= 5 * 1024 * 1024, `it began again at ${resumedAt}`);
}

await check("tus-js-client", {
  "one request": () => sends({ chunkSize: Infinity }),
  "several requests": () => sends({}),
  "POST in the place of PATCH": () => sends({ overridePatchMethod: true }),
  "a length that is told at the end": () => sends({ uploadLengthDeferred: true }, Readable.from),
  "three parts at once": () => sends({ parallelUploads: 3 }),
  "a stop, and the rest later": stopsAndResumes,
});
