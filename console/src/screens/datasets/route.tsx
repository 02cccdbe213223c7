import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Table2 } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const datasets = feature({
  id: "datasets",
  label: { en: "Datasets", de: "Datasets" },
  icon: Table2,
  to: "/datasets",
  section: "ai",
  permission: "dataset:read",
  commands: [
    {
      label: { en: "Create a dataset", de: "Dataset anlegen" },
      to: "/datasets",
      search: { dialog: "create" },
      permission: "dataset:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/datasets",
      loader: texts("datasets"),
      component: lazyRouteComponent(() => import("./dataset-list"), "DatasetList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/datasets/$id",
      loader: texts("datasets", "evaluations"),
      component: lazyRouteComponent(() => import("./dataset-detail"), "DatasetDetail"),
    }),
  ],
});
