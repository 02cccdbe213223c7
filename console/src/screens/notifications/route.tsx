import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const notifications = feature({
  id: "notifications",
  label: { en: "Notifications", de: "Benachrichtigungen" },
  icon: Bell,
  to: "/notifications",
  section: "work",
  permission: "notification:read",
  shortcut: "n",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/notifications",
      loader: texts("notifications"),
      component: lazyRouteComponent(() => import("./inbox"), "Inbox"),
    }),
  ],
});
