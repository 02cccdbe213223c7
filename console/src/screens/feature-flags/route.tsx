import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Flag } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const featureFlags = feature({
  id: "feature-flags",
  label: { en: "Feature flags", de: "Feature-Flags" },
  icon: Flag,
  to: "/feature-flags",
  section: "operations",
  permission: "feature_flag:read",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/feature-flags",
      loader: texts("feature-flags"),
      component: lazyRouteComponent(() => import("./flag-list"), "FlagList"),
    }),
  ],
});
