import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Webhook } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const webhooks = feature({
  id: "webhooks",
  label: { en: "Webhooks", de: "Webhooks" },
  icon: Webhook,
  to: "/webhooks",
  section: "operations",
  permission: "webhook:read",
  shortcut: "w",
  commands: [
    {
      label: { en: "Create a webhook", de: "Webhook anlegen" },
      to: "/webhooks",
      search: { dialog: "create" },
      permission: "webhook:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/webhooks",
      loader: texts("webhooks"),
      component: lazyRouteComponent(() => import("./webhook-list"), "WebhookList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/webhooks/$id",
      loader: texts("webhooks"),
      component: lazyRouteComponent(() => import("./webhook-detail"), "WebhookDetail"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/webhooks/$webhook/deliveries/$id",
      loader: texts("webhooks"),
      component: lazyRouteComponent(() => import("./delivery-detail"), "DeliveryDetail"),
    }),
  ],
});
