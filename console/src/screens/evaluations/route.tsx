import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const evaluations = feature({
  id: "evaluations",
  label: { en: "Evaluations", de: "Evaluationen" },
  icon: FlaskConical,
  to: "/evaluations",
  section: "ai",
  permission: "evaluation:read",
  shortcut: "v",
  commands: [
    {
      label: { en: "Evaluate a prompt", de: "Einen Prompt evaluieren" },
      to: "/evaluations",
      search: { dialog: "create" },
      permission: "evaluation:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/evaluations",
      loader: texts("evaluations"),
      component: lazyRouteComponent(() => import("./evaluation-list"), "EvaluationList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/evaluations/$id",
      loader: texts("evaluations"),
      component: lazyRouteComponent(() => import("./evaluation-detail"), "EvaluationDetail"),
    }),
  ],
});
