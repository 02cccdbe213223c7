import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const members = feature({
  id: "members",
  label: { en: "Members", de: "Mitglieder" },
  icon: Users,
  to: "/members",
  section: "organization",
  permission: "member:read",
  shortcut: "m",
  commands: [
    {
      label: { en: "Create a service account", de: "Dienstkonto anlegen" },
      to: "/members",
      search: { dialog: "create" },
      permission: "member:update",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/members",
      loader: texts("members"),
      component: lazyRouteComponent(() => import("./member-list"), "MemberList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/members/$id",
      loader: texts("members"),
      component: lazyRouteComponent(() => import("./member-detail"), "MemberDetail"),
    }),
  ],
});
