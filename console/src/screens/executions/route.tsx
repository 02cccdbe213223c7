import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Zap } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const executions = feature({
  id: "executions",
  label: { en: "Executions", de: "Ausführungen" },
  icon: Zap,
  to: "/executions",
  section: "ai",
  permission: "execution:read",
  shortcut: "x",
  commands: [
    {
      label: { en: "Ask a model", de: "Ein Modell fragen" },
      to: "/executions",
      search: { dialog: "create" },
      permission: "execution:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/executions",
      loader: texts("executions"),
      component: lazyRouteComponent(() => import("./execution-list"), "ExecutionList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/executions/$id",
      loader: texts("executions"),
      component: lazyRouteComponent(() => import("./execution-detail"), "ExecutionDetail"),
    }),
  ],
});
