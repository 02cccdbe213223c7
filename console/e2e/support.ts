import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";

export { expect };

export const PASSWORD = "correct horse battery staple";

/** Names that break a page which takes them for HTML. The API refuses those that turn a text around. */
export const HOSTILE = ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>'] as const;

/** The owner of a fresh organization, and requests in their name. */
export interface Owner {
  email: string;
  name: string;
  slug: string;
  userId: string;
  api: (method: string, path: string, body?: unknown) => Promise<never>;
}

let made = 0;

async function register(request: APIRequestContext): Promise<{ owner: Owner; refreshToken: string }> {
  made += 1;
  const mark = `${Date.now().toString(36)}-${made}`;
  const email = `owner-${mark}@example.com`;
  const name = "Ada Lovelace";
  const answer = await request.post("/api/v1/auth/register", {
    data: { name, email, password: PASSWORD, organization: { name: `Harbour ${mark}` } },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { access_token, refresh_token, organization, user } = await answer.json();
  const api = async (method: string, path: string, body?: unknown) => {
    const sent = await request.fetch(`/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${access_token}`, ...(["PATCH", "DELETE"].includes(method) ? { "If-Match": "*" } : {}) },
      ...(body === undefined ? {} : { data: body }),
    });
    const text = await sent.text();
    expect(sent.ok(), `${method} ${path}: ${text}`).toBe(true);
    return (text === "" ? undefined : JSON.parse(text)) as never;
  };
  return { owner: { email, name, slug: organization.slug, userId: user.id, api }, refreshToken: refresh_token };
}

/** A page with the session of the owner of a fresh organization, in cookies. */
export const test = base.extend<{ owner: Owner; signedIn: Page }>({
  owner: async ({ playwright, baseURL, page }, use) => {
    const request = await playwright.request.newContext({ baseURL: baseURL ?? "" });
    const { owner, refreshToken } = await register(request);
    const kept = await page.request.post("/api/v1/auth/cookies", { data: { refresh_token: refreshToken } });
    expect(kept.ok(), await kept.text()).toBe(true);
    await use(owner);
    await request.dispose();
  },
  signedIn: async ({ owner, page }, use) => {
    expect(owner.userId).toBeTruthy();
    page.on("dialog", (dialog) => {
      throw new Error(`a script of a record has run: ${dialog.message()}`);
    });
    await use(page);
  },
});

/** Opens a screen by its path in the application. */
export const open = (page: Page, path: string) => page.goto(`/console${path}`);

/** Fails for each violation of WCAG 2.2 AA that axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  expect(found).toEqual([]);
}
