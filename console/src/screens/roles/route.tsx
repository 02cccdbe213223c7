import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const roles = feature({
  id: "roles",
  label: { en: "Roles", de: "Rollen" },
  icon: ShieldCheck,
  to: "/roles",
  section: "organization",
  permission: "role:read",
  commands: [
    {
      label: { en: "Create a role", de: "Rolle anlegen" },
      to: "/roles",
      search: { dialog: "create" },
      permission: "role:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/roles",
      loader: texts("roles"),
      component: lazyRouteComponent(() => import("./role-list"), "RoleList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/roles/$id",
      loader: texts("roles"),
      component: lazyRouteComponent(() => import("./role-detail"), "RoleDetail"),
    }),
  ],
});
