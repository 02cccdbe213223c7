import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const evaluators = feature({
  id: "evaluators",
  label: { en: "Evaluators", de: "Evaluatoren" },
  icon: Scale,
  to: "/evaluators",
  section: "ai",
  permission: "evaluator:read",
  commands: [
    {
      label: { en: "Create an evaluator", de: "Evaluator anlegen" },
      to: "/evaluators",
      search: { dialog: "create" },
      permission: "evaluator:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/evaluators",
      loader: texts("evaluators"),
      component: lazyRouteComponent(() => import("./evaluator-list"), "EvaluatorList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/evaluators/$id",
      loader: texts("evaluators"),
      component: lazyRouteComponent(() => import("./evaluator-detail"), "EvaluatorDetail"),
    }),
  ],
});
