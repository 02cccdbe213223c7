import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Trophy } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const leaderboards = feature({
  id: "leaderboards",
  label: { en: "Leaderboards", de: "Ranglisten" },
  icon: Trophy,
  to: "/leaderboards",
  section: "ai",
  permission: "evaluation:read",
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/leaderboards",
      loader: texts("leaderboards", "evaluations"),
      component: lazyRouteComponent(() => import("./leaderboard-screen"), "LeaderboardScreen"),
    }),
  ],
});
