/** A path of the application: an address may be forged, and lead elsewhere. */
export function targetOf(returnTo: string | undefined, base = import.meta.env.BASE_URL): string {
  const root = new URL(base, "https://plinth.invalid");
  const target = new URL(`.${returnTo?.startsWith("/") ? returnTo : "/"}`, root);
  const isInside = target.origin === root.origin && target.pathname.startsWith(base);
  return isInside ? target.pathname + target.search + target.hash : base;
}
