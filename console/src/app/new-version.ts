const RELOADED = "plinth.reloaded_at";
const AGAIN_MS = 30_000;

/** Reads the page again when a file of it is gone: the server has a newer version of the application. */
export function startNewVersions(): void {
  addEventListener("vite:preloadError", () => void reload());
}

async function reload(): Promise<void> {
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - before < AGAIN_MS) return;
  // Without the network no file is known to be gone, and the page would be lost with what it is sending.
  const answer = await fetch(import.meta.env.BASE_URL, { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}
