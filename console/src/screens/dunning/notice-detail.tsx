import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Actions } from "@/records/actions";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Time } from "@/ui/values";
import { ClaimView } from "./claim-view";
import { NoticeStatus } from "./notice-table";
import { refreshNotices } from "./refresh";

export function NoticeDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["invoices"]);
  return (
    <Loaded path="/api/v1/dunning-notices/{id}" params={{ path: { id } }}>
      {(notice) => <Shown notice={notice} />}
    </Loaded>
  );
}

function Shown({ notice }: { notice: components["schemas"]["DunningNotice"] }) {
  const { t } = useTranslation("dunning");
  const may = useMay();
  const { id, claim, status } = notice;
  return (
    <Detail
      title={t("level_of", { level: claim.level, day: claim.dated_on })}
      badges={<NoticeStatus status={status} />}
      back={{ to: "/dunning", label: t("title") }}
      actions={
        <Actions
          actions={[{
            label: t("withdraw.title"),
            icon: Undo2,
            isFirst: true,
            isDangerous: true,
            isShown: status === "issued" && may("invoice:dun"),
            question: t("withdraw.text"),
            done: t("withdraw.done"),
            run: () =>
              answer(api.POST("/api/v1/dunning-notices/{id}/withdraw", { params: { path: { id }, header: ifMatch(notice) } })).then(refreshNotices),
          }]}
        />
      }
    >
      <Card>
        <Properties
          items={[
            [t("fields.invoice_id"), <RecordLink key="invoice" kind="invoice" id={notice.invoice_id} />],
            [t("fields.party_id"), <RecordLink key="party" kind="party" id={notice.party_id} />],
            [t("created"), <Time key="created" value={notice.created_at} />],
          ]}
        />
      </Card>
      <Card title={t("claim")}>
        <ClaimView claim={claim} />
      </Card>
    </Detail>
  );
}
