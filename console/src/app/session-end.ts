import { answer, api, onSignedOut } from "@/api/client";
import { queries } from "@/api/queries";
import { keepSession, meQuery } from "@/api/session";
import { router } from "./router";

// A session ends with a new page, so that nothing of it is shown in the next one.
const go = (to: "/" | "/sign-in", search = {}) => location.assign(router.buildLocation({ to, search }).href);

/** Leads to the sign-in when the session ends while a screen is shown. */
export function startSession(): void {
  onSignedOut(() => {
    if (queries.getQueryData(meQuery.queryKey)) go("/sign-in", { return_to: router.state.location.href });
  });
}

export async function signOut(): Promise<void> {
  await answer(api.POST("/api/v1/auth/logout"));
  go("/sign-in");
}

/** Goes on in another organization, with the same login. */
export async function switchOrganization(organization_id: string): Promise<void> {
  const signedIn = await answer(api.POST("/api/v1/auth/switch", { body: { organization_id } }));
  await keepSession(signedIn);
  go("/");
}
