import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { HandCoins } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const payments = feature({
  id: "payments",
  label: { en: "Payments", de: "Zahlungen" },
  icon: HandCoins,
  to: "/payments",
  section: "money",
  permission: "payment:read",
  shortcut: "y",
  commands: [{ label: { en: "Record a payment", de: "Zahlung erfassen" }, to: "/payments/new", permission: "payment:create" }],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/payments",
      loader: texts("payments", "business"),
      component: lazyRouteComponent(() => import("./payment-list"), "PaymentList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/payments/new",
      loader: texts("payments", "business"),
      component: lazyRouteComponent(() => import("./create-payment"), "CreatePayment"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/payments/$id",
      loader: texts("payments", "business"),
      component: lazyRouteComponent(() => import("./payment-detail"), "PaymentDetail"),
    }),
  ],
});
