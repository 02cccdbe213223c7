import { keepSession } from "@/api/session";
import { targetOf } from "./target";

/** Begins the session that a login has answered, and goes on where the user wanted to be. */
export async function enter(signedIn: { refresh_token: string }, returnTo: string | undefined): Promise<void> {
  await keepSession(signedIn);
  location.assign(targetOf(returnTo));
}
