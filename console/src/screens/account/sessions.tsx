import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Table } from "@/ui/table";
import { Time } from "@/ui/values";

type Session = components["schemas"]["LoginSession"];

const PATH = "/api/v1/me/sessions";

/** The logins of the user, in all organizations. */
export function Sessions() {
  return <Loaded path={PATH}>{({ data }) => <List sessions={data} />}</Loaded>;
}

function List({ sessions }: { sessions: readonly Session[] }) {
  const { t } = useTranslation("account");
  const [ended, setEnded] = useState<Session | "others">();
  async function end() {
    if (ended === "others") await answer(api.POST("/api/v1/me/sessions/revoke-others"));
    else if (ended) await answer(api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id: ended.id } } }));
    // Without this login, the answer leads to the sign-in.
    await queries.invalidateQueries(read(PATH));
  }
  return (
    <div className="space-y-3">
      <p className="text-muted">{t("sessions.text")}</p>
      <Table
        label={t("tabs.sessions")}
        rows={sessions}
        rowKey={({ id }) => id}
        columns={[
          {
            header: t("sessions.device"),
            cell: ({ device, is_current }) => (
              <span className="block min-w-56 wrap-break-word">
                {device ?? t("sessions.unknown")} {is_current && <Badge tone="accent">{t("sessions.current")}</Badge>}
              </span>
            ),
          },
          { header: t("sessions.address"), cell: ({ address }) => address ?? "–" },
          { header: t("sessions.last_used"), cell: ({ last_used_at }) => <Time value={last_used_at} relative /> },
          { header: t("sessions.began"), cell: ({ created_at }) => <Time value={created_at} /> },
          {
            header: t("sessions.end"),
            cell: (session) => <Button size="small" onClick={() => setEnded(session)}>{t("sessions.end")}</Button>,
          },
        ]}
      />
      {sessions.length > 1 && <Button onClick={() => setEnded("others")}>{t("sessions.end_others")}</Button>}
      {ended && (
        <Confirm
          title={t(ended === "others" ? "sessions.end_others" : "sessions.end")}
          action={t("sessions.end")}
          isDangerous
          run={end}
          onClose={() => setEnded(undefined)}
        >
          <p>{t(ended !== "others" && ended.is_current ? "sessions.end_current" : "sessions.end_text")}</p>
        </Confirm>
      )}
    </div>
  );
}
