import { defineConfig } from "@playwright/test";

// The tests run against a server that is there: CONSOLE_URL, without `/console`.
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: process.env.CONSOLE_URL ?? "http://127.0.0.1:8080",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // Colours are judged when a dialog is there, and not while it comes.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
