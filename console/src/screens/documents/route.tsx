import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Files } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const documents = feature({
  id: "documents",
  label: { en: "Documents", de: "Dokumente" },
  icon: Files,
  to: "/documents",
  section: "work",
  permission: "document:read",
  shortcut: "d",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/documents",
      loader: texts("documents"),
      component: lazyRouteComponent(() => import("./document-list"), "DocumentList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/documents/$id",
      loader: texts("documents"),
      component: lazyRouteComponent(() => import("./detail/document-detail"), "DocumentDetail"),
    }),
  ],
});
