import { createRouter } from "@tanstack/react-router";
import { sessionRoutes } from "@/screens/session/route";
import { features } from "./navigation";
import { Failure, NotFound } from "./failure";
import { rootRoute, shellRoute } from "./roots";
import { SkeletonPage } from "./page";

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren(features.flatMap((feature): readonly Routes[] => feature.routes)),
  ...sessionRoutes,
]);

type Routes = (typeof features)[number]["routes"][number];

export const router = createRouter({
  routeTree,
  basepath: "/console",
  defaultPreload: "intent",
  defaultPendingComponent: SkeletonPage,
  defaultErrorComponent: Failure,
  defaultNotFoundComponent: NotFound,
  notFoundMode: "root",
  scrollRestoration: true,
  // Values in addresses are texts: `?status=active,planned`.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined) as [string, string][];
    const text = new URLSearchParams(given).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
