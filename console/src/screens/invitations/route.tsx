import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MailPlus } from "lucide-react";
import { feature } from "@/app/feature";
import { shellRoute } from "@/app/roots";
import { texts } from "@/i18n";

export const invitations = feature({
  id: "invitations",
  label: { en: "Invitations", de: "Einladungen" },
  icon: MailPlus,
  to: "/invitations",
  section: "organization",
  permission: "invitation:read",
  commands: [
    {
      label: { en: "Invite a user", de: "Benutzer einladen" },
      to: "/invitations",
      search: { dialog: "create" },
      permission: "invitation:create",
    },
  ],
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: "/invitations",
      loader: texts("invitations"),
      component: lazyRouteComponent(() => import("./invitation-list"), "InvitationList"),
    }),
  ],
});
