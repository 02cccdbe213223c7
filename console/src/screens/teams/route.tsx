import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const teams = feature({
  id: "teams",
  label: { en: "Teams", de: "Teams" },
  icon: UsersRound,
  to: "/teams",
  section: "organization",
  permission: "team:read",
  commands: [
    {
      label: { en: "Create a team", de: "Team anlegen" },
      to: "/teams",
      search: { dialog: "create" },
      permission: "team:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/teams",
      loader: texts("teams"),
      component: lazyRouteComponent(() => import("./team-list"), "TeamList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/teams/$id",
      loader: texts("teams"),
      component: lazyRouteComponent(() => import("./team-detail"), "TeamDetail"),
    }),
  ],
});
