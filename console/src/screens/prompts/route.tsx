import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MessageSquareText } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const prompts = feature({
  id: "prompts",
  label: { en: "Prompts", de: "Prompts" },
  icon: MessageSquareText,
  to: "/prompts",
  section: "ai",
  permission: "prompt:read",
  shortcut: "r",
  commands: [
    {
      label: { en: "Create a prompt", de: "Prompt anlegen" },
      to: "/prompts",
      search: { dialog: "create" },
      permission: "prompt:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/prompts",
      loader: texts("prompts", "executions"),
      component: lazyRouteComponent(() => import("./prompt-list"), "PromptList"),
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/prompts/$id",
      loader: texts("prompts", "executions"),
      component: lazyRouteComponent(() => import("./prompt-detail"), "PromptDetail"),
    }),
  ],
});
