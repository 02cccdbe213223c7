import { useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { type ComponentProps, lazy } from "react";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Button } from "@/ui/button";
import { Deferred } from "./deferred";

const NotificationList = lazy(() =>
  import("./notification-list").then((module) => ({ default: module.NotificationList })),
);

export function NotificationBell() {
  if (!useMay()("notification:read")) return null;
  return (
    <Deferred button={<BellButton />}>
      <NotificationList />
    </Deferred>
  );
}

// No event tells of a notification, but one of the comment that causes it.
const REREAD_MS = 60_000;

export function BellButton(props: ComponentProps<typeof Button>) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...read("/api/v1/notifications/unread"), refetchInterval: REREAD_MS });
  useLive(["comments"]);
  const count = data?.count ?? 0;
  return (
    <Button {...props} kind="plain" size="icon" className="relative" aria-label={t("notifications.unread", { count })}>
      <Bell aria-hidden="true" />
      {count > 0 && (
        <span aria-hidden="true" className="absolute top-0 right-0 min-w-4.5 rounded-full bg-accent px-1 text-xs text-on-accent">
          {count > 99 ? "99+" : count}
        </span>
      )}
    </Button>
  );
}
