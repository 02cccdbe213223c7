import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { Button } from "@/ui/button";
import { Popover, PopoverClose } from "@/ui/popover";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Time } from "@/ui/values";
import { BellButton } from "./notification-bell";
import { screenOf } from "./subjects";

const reread = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/notifications") });

/** The bell with the newest notifications. */
export function NotificationList() {
  const { t } = useTranslation();
  return (
    <Popover label={t("notifications.title")} startsOpen trigger={<BellButton />}>
      <Newest />
    </Popover>
  );
}

function Newest() {
  const { t } = useTranslation();
  const list = useQuery(read("/api/v1/notifications", { query: { limit: 20 } }));
  const readAll = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/notifications/read")),
    onSuccess: reread,
  });
  const readOne = useMutation({
    mutationFn: (id: string) => answer(api.POST("/api/v1/notifications/{id}/read", { params: { path: { id } } })),
    onSuccess: reread,
  });
  return (
    <div className="space-y-3">
      <div className="flex items-center justify-between gap-2">
        <h2 className="font-semibold">{t("notifications.title")}</h2>
        <Button size="small" busy={readAll.isPending} onClick={() => readAll.mutate()}>{t("notifications.read_all")}</Button>
      </div>
      <ProblemAlert error={list.error ?? readAll.error ?? readOne.error} />
      {list.isPending && <SkeletonBlock lines={4} />}
      {list.data?.data.length === 0 && <p className="text-muted">{t("notifications.none")}</p>}
      <ul className="divide-y divide-line">
        {list.data?.data.map(({ id, kind, subject_type, subject_id, read_at, created_at }) => (
          <li key={id} className="py-2">
            <PopoverClose asChild>
              <Link to={(screenOf(subject_type, subject_id) ?? "/") as "/"} search={{ tab: "comments" }} onClick={() => readOne.mutate(id)} className="block hover:underline">
                {read_at === null && <span className="mr-1.5 inline-block size-2 rounded-full bg-accent" />}
                {read_at === null && <span className="sr-only">{t("notifications.new")} </span>}
                {t(`notifications.${kind}`, { record: t(`subject.${subject_type}`) })}
              </Link>
            </PopoverClose>
            <span className="text-sm text-muted"><Time value={created_at} relative /></span>
          </li>
        ))}
      </ul>
      <PopoverClose asChild>
        <Link to="/notifications" className="text-accent hover:underline">{t("notifications.inbox")}</Link>
      </PopoverClose>
    </div>
  );
}
