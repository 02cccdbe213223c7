import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { BookOpenCheck } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const accounting = feature({
  id: "accounting",
  label: { en: "Accounting", de: "Buchhaltung" },
  icon: BookOpenCheck,
  to: "/accounting",
  section: "money",
  permission: "report:read",
  commands: [{ label: { en: "DATEV export", de: "DATEV-Export" }, to: "/accounting", search: { tab: "datev" } }],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/accounting",
      loader: texts("accounting", "business"),
      component: lazyRouteComponent(() => import("./accounting"), "Accounting"),
    }),
  ],
});
