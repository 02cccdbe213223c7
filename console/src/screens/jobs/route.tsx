import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ListChecks } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const jobs = feature({
  id: "jobs",
  label: { en: "Jobs", de: "Aufträge" },
  icon: ListChecks,
  to: "/jobs",
  section: "operations",
  permission: "job:read",
  shortcut: "j",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/jobs",
      loader: texts("jobs"),
      component: lazyRouteComponent(() => import("./job-list"), "JobList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/jobs/$id",
      loader: texts("jobs"),
      component: lazyRouteComponent(() => import("./job-detail"), "JobDetail"),
    }),
  ],
});
