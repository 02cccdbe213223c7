import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const account = feature({
  id: "account",
  label: { en: "My account", de: "Mein Konto" },
  icon: UserRound,
  to: "/account",
  section: "organization",
  shortcut: "a",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/account",
      loader: texts("account"),
      component: lazyRouteComponent(() => import("./account"), "AccountScreen"),
    }),
  ],
});
