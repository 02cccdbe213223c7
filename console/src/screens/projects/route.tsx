import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { FolderKanban } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const projects = feature({
  id: "projects",
  label: { en: "Projects", de: "Projekte" },
  icon: FolderKanban,
  to: "/projects",
  section: "work",
  permission: "project:read",
  shortcut: "p",
  commands: [
    {
      label: { en: "Create a project", de: "Projekt anlegen" },
      to: "/projects",
      search: { dialog: "create" },
      permission: "project:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/projects",
      loader: texts("projects"),
      component: lazyRouteComponent(() => import("./project-list"), "ProjectList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/projects/$id",
      loader: texts("projects"),
      component: lazyRouteComponent(() => import("./project-detail"), "ProjectDetail"),
    }),
  ],
});
