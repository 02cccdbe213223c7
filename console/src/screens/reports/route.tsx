import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

const report = (en: string, de: string, tab: string) => ({ label: { en, de }, to: "/reports", search: { tab } });

export const reports = feature({
  id: "reports",
  label: { en: "Reports", de: "Berichte" },
  icon: ChartColumn,
  to: "/reports",
  section: "money",
  permission: "report:read",
  shortcut: "f",
  commands: [
    report("Open items", "Offene Posten", "receivables"),
    report("Revenue", "Umsatz", "revenue"),
    report("VAT", "Umsatzsteuer", "vat"),
    report("Finances of a project", "Finanzen eines Projekts", "project"),
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/reports",
      loader: texts("reports", "business"),
      component: lazyRouteComponent(() => import("./reports"), "Reports"),
    }),
  ],
});
