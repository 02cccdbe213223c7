import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { LayoutDashboard } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const overview = feature({
  id: "overview",
  label: { en: "Overview", de: "Übersicht" },
  icon: LayoutDashboard,
  to: "/",
  section: "work",
  shortcut: "o",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/",
      loader: texts("overview"),
      component: lazyRouteComponent(() => import("./overview"), "Overview"),
    }),
  ],
});
