import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MailWarning } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const dunning = feature({
  id: "dunning",
  label: { en: "Dunning", de: "Mahnungen" },
  icon: MailWarning,
  to: "/dunning",
  section: "money",
  permission: "invoice:read",
  commands: [{ label: { en: "Run the dunning", de: "Mahnlauf starten" }, to: "/dunning", search: { dialog: "run" }, permission: "invoice:dun" }],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/dunning",
      loader: texts("dunning", "business"),
      component: lazyRouteComponent(() => import("./notice-list"), "NoticeList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/dunning/$id",
      loader: texts("dunning", "business"),
      component: lazyRouteComponent(() => import("./notice-detail"), "NoticeDetail"),
    }),
  ],
});
