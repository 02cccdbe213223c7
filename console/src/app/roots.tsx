import { createRootRoute, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { queries } from "@/api/queries";
import { meQuery } from "@/api/session";
import type { SearchState } from "@/records/search-state";

export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): SearchState =>
    Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === "string")),
});

/** The parent of all screens that need a session. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ location }) => {
    const me = await queries.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: "/sign-in", search: { return_to: location.href } });
  },
  component: lazyRouteComponent(() => import("./shell"), "Shell"),
});
