import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Radio } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const events = feature({
  id: "events",
  label: { en: "Events", de: "Ereignisse" },
  icon: Radio,
  to: "/events",
  section: "operations",
  permission: "event:read",
  shortcut: "e",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/events",
      loader: texts("events"),
      component: lazyRouteComponent(() => import("./event-tail"), "EventTail"),
    }),
  ],
});
