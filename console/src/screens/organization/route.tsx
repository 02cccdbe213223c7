import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const organization = feature({
  id: "organization",
  label: { en: "Settings", de: "Einstellungen" },
  icon: Building2,
  to: "/organization",
  section: "organization",
  permission: "organization:read",
  shortcut: "o",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/organization",
      loader: texts("organization"),
      component: lazyRouteComponent(() => import("./organization"), "OrganizationScreen"),
    }),
  ],
});
