// A page of another origin in Chromium: EventSource, <img> and a download link, each by a ticket, and the
// client of clients/typescript.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

import { api, ask, authorization, check } from "./session.js";

/** A PNG of one transparent pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

async function ticket(path) {
  const response = await ask(201, "tickets", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ path: `/api/v1/${path}` }),
  });
  return new URL((await response.json()).url, api).href;
}

async function uploaded(name, bytes) {
  const form = new FormData();
  form.append("file", new File([bytes], name));
  const document = await (await ask(201, "documents", { method: "POST", body: form })).json();
  return document.id;
}

async function until(what, found) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await found();
    if (value) return value;
    assert(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const dist = new URL("../../clients/typescript/dist/", import.meta.url);
const pages = createServer(async ({ url }, response) => {
  if (url.endsWith(".js")) {
    response.setHeader("Content-Type", "text/javascript");
    response.end(await readFile(new URL(`.${url}`, dist)));
  } else {
    response.setHeader("Content-Type", "text/html");
    response.end("<!doctype html><title>A page</title>");
  }
});
await new Promise((resolve) => pages.listen(0, "localhost", resolve));
const browser = await puppeteer.launch({
  executablePath: await chromium.executablePath(),
  headless: "shell",
  // Nothing that weakens the rules between origins.
  args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage"],
});

async function events(page) {
  const url = await ticket("events/stream");
  await page.evaluate(
    (url) =>
      new Promise((resolve, reject) => {
        const source = new EventSource(url);
        window.events = [];
        source.onopen = resolve;
        source.onerror = () => reject(new Error("the stream does not open"));
        source.onmessage = (message) => window.events.push(JSON.parse(message.data));
        window.source = source;
      }),
    url,
  );
  // A request of the page itself, with a preflight.
  const name = `Page ${Date.now()}`;
  const status = await page.evaluate(
    async (api, authorization, body) => {
      const headers = { Authorization: authorization, "Content-Type": "application/json" };
      const created = await fetch(`${api}/projects`, { method: "POST", headers, body });
      return created.status;
    },
    api,
    authorization,
    JSON.stringify({ code: `JS-${Date.now()}`, name }),
  );
  assert.equal(status, 201);
  await page.waitForFunction(
    (name) => window.events.some((event) => event.type === "project.created" && event.data.name === name),
    { timeout: 10_000 },
    name,
  );
  await page.evaluate(() => window.source.close());
}

async function picture(page) {
  const id = await uploaded("pixel.png", PNG);
  await until("the picture is not ready", async () => {
    const document = await (await ask(200, `documents/${id}`)).json();
    return document.status === "ready";
  });
  for (const path of [`documents/${id}/thumbnails/small`, `documents/${id}/content`]) {
    const width = await page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const image = document.createElement("img");
          image.onload = () => resolve(image.naturalWidth);
          image.onerror = () => reject(new Error(`${url} is not shown`));
          image.src = url;
          document.body.append(image);
        }),
      await ticket(path),
    );
    assert.equal(width, 1, path);
  }
}

async function download(page) {
  const bytes = Buffer.from("The quay has seven berths.\n");
  const id = await uploaded("quay.txt", bytes);
  const folder = await mkdtemp(join(tmpdir(), "download-"));
  const session = await browser.target().createCDPSession();
  await session.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    browserContextId: page.browserContext().id,
    downloadPath: folder,
  });
  await page.evaluate((url) => {
    const link = document.createElement("a");
    link.href = url;
    document.body.append(link);
    link.click();
  }, await ticket(`documents/${id}/content`));
  const name = await until("nothing is downloaded", async () => {
    const names = await readdir(folder);
    return names.find((name) => !name.endsWith(".crdownload"));
  });
  assert.equal(name, "quay.txt");
  assert.deepEqual(await readFile(join(folder, name)), bytes);
}

/** Logs in, creates a project, sees its event, and uploads a file with a pause, all in the page. */
async function client(page) {
  const login = { email: process.env.PLINTH_EMAIL, password: process.env.PLINTH_PASSWORD };
  const seen = await page.evaluate(
    async (baseUrl, login) => {
      const plinth = await import("/index.js");
      const client = plinth.createClient({ baseUrl, login });
      const after = await plinth.lastEventNumber(client);
      const body = { code: `TS-${Date.now()}`, name: "From a page" };
      const { data: project } = await plinth.createProject({ client, body });
      const stream = plinth.events(client, { after, topics: [`projects/${project.id}`] });
      const { value: event } = await stream.next();
      await stream.return();
      const headers = plinth.ifMatch("*");
      const path = { id: project.id };
      await plinth.updateProject({ client, path, headers, body: { status: "on_hold" } });
      const stale = plinth.updateProject({ client, path, headers: plinth.ifMatch(1), body: {} });
      const { code } = await stale.catch((error) => error);

      const file = new File([new Uint8Array(3 * 1024 * 1024)], "zeroes.bin");
      const upload = new plinth.Upload(client, file, {
        chunkBytes: 1024 * 1024,
        onProgress: (sent) => {
          if (sent === 1024 * 1024) {
            upload.pause();
            setTimeout(() => upload.resume(), 50);
          }
        },
      });
      const { name, current } = await upload.done;
      return { type: event.type, code, name, size: current.size_bytes };
    },
    new URL(api).origin,
    login,
  );
  assert.deepEqual(seen, {
    type: "project.created",
    code: "if_match.stale",
    name: "zeroes.bin",
    size: 3 * 1024 * 1024,
  });
}

try {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${pages.address().port}/`);
  await check(`Chromium ${(await browser.version()).split("/")[1]}`, {
    "EventSource by a ticket": () => events(page),
    "<img> by a ticket": () => picture(page),
    "a download link by a ticket": () => download(page),
    "the client of clients/typescript": () => client(page),
  });
} finally {
  await browser.close();
  pages.close();
}
