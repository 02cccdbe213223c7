import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const auditLog = feature({
  id: "audit-log",
  label: { en: "Audit log", de: "Prüfprotokoll" },
  icon: ScrollText,
  to: "/audit-log",
  section: "operations",
  permission: "audit_log:read",
  shortcut: "u",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/audit-log",
      loader: texts("audit-log"),
      component: lazyRouteComponent(() => import("./audit-log"), "AuditLog"),
    }),
  ],
});
