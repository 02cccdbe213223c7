import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PiggyBank } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const budgets = feature({
  id: "budgets",
  label: { en: "Budgets", de: "Budgets" },
  icon: PiggyBank,
  to: "/budgets",
  section: "ai",
  permission: "budget:read",
  commands: [
    {
      label: { en: "Create a budget", de: "Budget anlegen" },
      to: "/budgets",
      search: { dialog: "create" },
      permission: "budget:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/budgets",
      loader: texts("budgets"),
      component: lazyRouteComponent(() => import("./budget-list"), "BudgetList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/budgets/$id",
      loader: texts("budgets", "executions"),
      component: lazyRouteComponent(() => import("./budget-detail"), "BudgetDetail"),
    }),
  ],
});
