import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveEvent } from "@/api/live";
import { Actor } from "@/records/actor";
import { Subject } from "@/records/subject";
import { CodeBlock } from "@/ui/code-block";
import { Dialog } from "@/ui/dialog";
import { LinkButton } from "@/ui/link-button";
import { Table } from "@/ui/table";
import { Time } from "@/ui/values";

/** Events with their numbers; a press shows what is sent. */
export function EventTable({ events }: { events: readonly LiveEvent[] }) {
  const { t } = useTranslation("events");
  const [opened, setOpened] = useState<LiveEvent>();
  return (
    <>
      <Table
        label={t("title")}
        rows={events}
        rowKey={({ number }) => number}
        columns={[
          { header: t("number"), isNumber: true, cell: ({ number }) => number },
          {
            header: t("type"),
            cell: (event) => (
              <LinkButton className="font-mono text-sm whitespace-nowrap" aria-haspopup="dialog" onClick={() => setOpened(event)}>
                {event.type}
              </LinkButton>
            ),
          },
          { header: t("subject"), cell: ({ subject, data }) => <Subject kind={subject.kind} id={subject.id} record={data} /> },
          { header: t("actor"), cell: ({ actor }) => <Actor kind={actor.kind} id={actor.id} /> },
          { header: t("at"), cell: ({ at }) => <Time value={at} relative /> },
        ]}
      />
      {opened && (
        <Dialog title={opened.type} size="wide" onClose={() => setOpened(undefined)}>
          <CodeBlock label={t("sent")} code={JSON.stringify(opened, null, 2)} />
        </Dialog>
      )}
    </>
  );
}
