import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const parties = feature({
  id: "parties",
  label: { en: "Parties", de: "Partner" },
  icon: Building2,
  to: "/parties",
  section: "money",
  permission: "party:read",
  shortcut: "c",
  commands: [
    { label: { en: "Create a party", de: "Partner anlegen" }, to: "/parties", search: { dialog: "create" }, permission: "party:create" },
    { label: { en: "Import parties", de: "Partner importieren" }, to: "/parties", search: { dialog: "import" }, permission: "party:create" },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/parties",
      loader: texts("parties", "business"),
      component: lazyRouteComponent(() => import("./party-list"), "PartyList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/parties/$id",
      loader: texts("parties", "business", "invoices", "contracts", "payments"),
      component: lazyRouteComponent(() => import("./party-detail"), "PartyDetail"),
    }),
  ],
});
