import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const apiKeys = feature({
  id: "api-keys",
  label: { en: "API keys", de: "API-Schlüssel" },
  icon: KeyRound,
  to: "/api-keys",
  section: "organization",
  permission: "api_key:read",
  shortcut: "k",
  commands: [
    {
      label: { en: "Create an API key", de: "API-Schlüssel anlegen" },
      to: "/api-keys",
      search: { dialog: "create" },
      permission: "api_key:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/api-keys",
      loader: texts("api-keys"),
      component: lazyRouteComponent(() => import("./key-list"), "KeyList"),
    }),
  ],
});
