import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Cpu } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const models = feature({
  id: "models",
  label: { en: "Models", de: "Modelle" },
  icon: Cpu,
  to: "/models",
  section: "ai",
  permission: "model:read",
  commands: [
    {
      label: { en: "Create a model", de: "Modell anlegen" },
      to: "/models",
      search: { dialog: "create" },
      permission: "model:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/models",
      loader: texts("models"),
      component: lazyRouteComponent(() => import("./model-list"), "ModelList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/models/$id",
      loader: texts("models", "executions"),
      component: lazyRouteComponent(() => import("./model-detail"), "ModelDetail"),
    }),
  ],
});
