import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Landmark } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const bankTransactions = feature({
  id: "bank-transactions",
  label: { en: "Bank statements", de: "Kontoauszüge" },
  icon: Landmark,
  to: "/bank-transactions",
  section: "money",
  permission: "bank_transaction:read",
  shortcut: "b",
  commands: [
    { label: { en: "Import a bank statement", de: "Kontoauszug importieren" }, to: "/bank-transactions", search: { dialog: "import" }, permission: "payment:create" },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/bank-transactions",
      loader: texts("bank-transactions", "business"),
      component: lazyRouteComponent(() => import("./bank-transaction-list"), "BankTransactionList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/bank-transactions/$id",
      loader: texts("bank-transactions", "business"),
      component: lazyRouteComponent(() => import("./bank-transaction-detail"), "BankTransactionDetail"),
    }),
  ],
});
