import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ReceiptText } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const invoices = feature({
  id: "invoices",
  label: { en: "Invoices", de: "Rechnungen" },
  icon: ReceiptText,
  to: "/invoices",
  section: "money",
  permission: "invoice:read",
  shortcut: "i",
  commands: [
    { label: { en: "Create an invoice", de: "Rechnung anlegen" }, to: "/invoices/new", permission: "invoice:create" },
    {
      label: { en: "Invoice from a document", de: "Rechnung aus einem Dokument" },
      to: "/invoices",
      search: { dialog: "receive" },
      permission: "invoice:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/invoices",
      loader: texts("invoices", "business"),
      component: lazyRouteComponent(() => import("./invoice-list"), "InvoiceList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/invoices/new",
      loader: texts("invoices", "business"),
      component: lazyRouteComponent(() => import("./create-invoice"), "CreateInvoice"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/invoices/$id",
      loader: texts("invoices", "business", "dunning"),
      component: lazyRouteComponent(() => import("./invoice-detail"), "InvoiceDetail"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/invoices/$id/edit",
      loader: texts("invoices", "business"),
      component: lazyRouteComponent(() => import("./edit-invoice"), "EditInvoice"),
    }),
  ],
});
