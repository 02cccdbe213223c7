import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const aiUsage = feature({
  id: "ai-usage",
  label: { en: "Usage of AI", de: "KI-Verbrauch" },
  icon: ChartColumn,
  to: "/ai-usage",
  section: "ai",
  permission: "budget:read",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/ai-usage",
      loader: texts("ai-usage"),
      component: lazyRouteComponent(() => import("./usage-screen"), "UsageScreen"),
    }),
  ],
});
