import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const search = feature({
  id: "search",
  label: { en: "Search", de: "Suche" },
  icon: Search,
  to: "/search",
  section: "work",
  permission: "search:read",
  shortcut: "s",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/search",
      loader: texts("search"),
      component: lazyRouteComponent(() => import("./search-screen"), "SearchScreen"),
    }),
  ],
});
