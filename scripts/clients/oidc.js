// The page /account/oidc in Chromium, with a real provider: a new user registers, logs in again, and a
// window that did not begin a login completes none, nor does one that another provider has answered. The
// API believes to be at PLINTH_OIDC__REDIRECT_URL, which leads to it.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

import { check } from "./session.js";

const callback = new URL(process.env.PLINTH_OIDC__REDIRECT_URL);
const api = new URL(process.env.PLINTH_URL);

// Everything but the origin is the API's.
const front = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const options = { host: api.hostname, port: api.port, method, path: url, headers };
  const forwarded = request(options, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(forwarded);
});
await new Promise((resolve) => front.listen(Number(callback.port), callback.hostname, resolve));

const browser = await puppeteer.launch({
  executablePath: await chromium.executablePath(),
  headless: "shell",
  args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en-US"],
});

const user = `chromium-${Date.now()}`;

/** Waits until the page says so. */
async function said(page, words) {
  await page.waitForFunction((words) => document.body.innerText.includes(words), { timeout: 15_000 }, words);
}

/** Logs in at the provider, if it asks, and comes back. */
async function begin(page, returnTo) {
  await page.goto(`${callback.href}${returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ""}`);
  await page.waitForSelector("[data-provider=local]");
  await page.click("[data-provider=local]");
}

async function logInAtProvider(page) {
  await page.waitForSelector("[name=as]");
  await page.type("[name=as]", user);
  await page.click("button");
}

/** The address of the user whose session the browser has; null without one. */
const loggedIn = (page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/v1/me");
    return answer.status === 200 ? (await answer.json()).user.email : null;
  });

async function register(page) {
  await begin(page);
  await logInAtProvider(page);
  await said(page, "You have no account yet");
  assert.equal(new URL(page.url()).search, "", "the code stays in no address");
  await page.type("[name=organization]", user);
  await page.click("#register button");
  await said(page, "You are logged in.");
  assert.equal(await loggedIn(page), `${user}@example.com`);
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
}

async function again(page) {
  const page2 = await (await page.browserContext()).newPage();
  await begin(page2, "/account/forgot");
  await page2.waitForFunction(() => location.pathname === "/account/forgot", { timeout: 15_000 });
  assert.equal(await loggedIn(page2), `${user}@example.com`);
  await page2.close();
}

async function elsewhere() {
  // The last address of a login that another window has begun.
  const foreign = await browser.createBrowserContext();
  const other = await foreign.newPage();
  await other.goto(`${callback.href}/local?code=stolen&state=of-another-window&iss=x`);
  await said(other, "not begun in this window");
  assert.equal(await loggedIn(other), null);
  await other.goto(`${callback.href}?return_to=${encodeURIComponent("//evil.example/")}`);
  await other.waitForSelector("[data-provider=local]");
  await other.click("[data-provider=local]");
  await said(other, "path");
  assert.equal(new URL(other.url()).origin, callback.origin);
  await foreign.close();
}

async function mixedUp() {
  // A provider that was asked sends the browser on to another one, which answers at its own address.
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const completed = [];
  page.on("request", (sent) => sent.url().includes("/complete") && completed.push(sent.url()));
  await page.goto(callback.href);
  await page.evaluate(() => {
    const begun = { provider: "sso-0198c5a4-6f3e-7cc1-9d3b-5f0a2b7c1d2e", binding: "plb_of-the-tab" };
    sessionStorage.setItem("plinth.oidc.state-of-the-tab", JSON.stringify(begun));
  });
  await page.goto(`${callback.href}/local?code=of-another-provider&state=state-of-the-tab`);
  await said(page, "not begun in this window");
  assert.deepEqual(completed, []);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await context.close();
}

try {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await check(`Chromium ${(await browser.version()).split("/")[1]}`, {
    "a registration by a provider": () => register(page),
    "a login by a provider, and where it goes on": () => again(page),
    "a login that another window has begun": elsewhere,
    "an answer of another provider than the one that was asked": mixedUp,
  });
} finally {
  await browser.close();
  front.close();
}
