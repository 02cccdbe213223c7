import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const agents = feature({
  id: "agents",
  label: { en: "Agent runs", de: "Agentenläufe" },
  icon: Bot,
  to: "/agent-runs",
  section: "ai",
  permission: "agent_run:read",
  commands: [
    {
      label: { en: "Start an agent", de: "Agenten starten" },
      to: "/agent-runs",
      search: { dialog: "create" },
      permission: "agent_run:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/agent-runs",
      loader: texts("agents"),
      component: lazyRouteComponent(() => import("./run-list"), "RunList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/agent-runs/$id",
      loader: texts("agents"),
      component: lazyRouteComponent(() => import("./run-detail"), "RunDetail"),
    }),
  ],
});
