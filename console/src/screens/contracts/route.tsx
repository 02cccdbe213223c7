import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { FileSignature } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const contracts = feature({
  id: "contracts",
  label: { en: "Contracts", de: "Verträge" },
  icon: FileSignature,
  to: "/contracts",
  section: "money",
  permission: "contract:read",
  shortcut: "t",
  commands: [{ label: { en: "Create a contract", de: "Vertrag anlegen" }, to: "/contracts/new", permission: "contract:create" }],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/contracts",
      loader: texts("contracts", "business"),
      component: lazyRouteComponent(() => import("./contract-list"), "ContractList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/contracts/new",
      loader: texts("contracts", "business"),
      component: lazyRouteComponent(() => import("./create-contract"), "CreateContract"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/contracts/$id",
      loader: texts("contracts", "business", "invoices"),
      component: lazyRouteComponent(() => import("./contract-detail"), "ContractDetail"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/contracts/$id/edit",
      loader: texts("contracts", "business"),
      component: lazyRouteComponent(() => import("./edit-contract"), "EditContract"),
    }),
  ],
});
