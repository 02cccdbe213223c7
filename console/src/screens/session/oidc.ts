import { answer, api } from "@/api/client";
import { targetOf } from "./target";

// The page `/account/oidc/PROVIDER` of the server completes a login: providers send browsers back there.
// It reads what began the login from the tab, and puts the session into the cookies.

interface Begun {
  authorization_url: string;
  binding: string;
  return_to: string | null;
}

/** `reauthenticate` asks the user to log in there again, which is a fresh proof. */
export async function beginAtProvider(provider: string, returnTo: string | undefined, reauthenticate = false): Promise<void> {
  const params = { path: { provider } };
  const body = { return_to: targetOf(returnTo), reauthenticate };
  goOn(provider, await answer(api.POST("/api/v1/auth/oidc/{provider}/start", { params, body })));
}

export async function beginAtOrganization(email: string, returnTo: string | undefined): Promise<void> {
  const body = { email, return_to: targetOf(returnTo) };
  const begun = await answer(api.POST("/api/v1/auth/sso/start", { body }));
  goOn(begun.provider, begun);
}

/** Links an identity at a provider to the account of the session. */
export async function linkAtProvider(provider: string, returnTo: string): Promise<void> {
  const params = { path: { provider } };
  const body = { return_to: targetOf(returnTo) };
  goOn(provider, await answer(api.POST("/api/v1/me/identities/{provider}/start", { params, body })), true);
}

function goOn(provider: string, { authorization_url, binding, return_to }: Begun, links = false): void {
  const state = new URL(authorization_url).searchParams.get("state");
  sessionStorage.setItem(`plinth.oidc.${state}`, JSON.stringify({ provider, binding, return_to, links }));
  location.assign(authorization_url);
}
