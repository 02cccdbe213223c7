import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { AllocationList } from "@/business/allocation-list";
import { Sums } from "@/business/sums";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Day, Money, Time } from "@/ui/values";
import { PaymentActions } from "./payment-actions";
import { PaymentStatus } from "./payment-status";

export function PaymentDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["payments"]);
  return (
    <Loaded path="/api/v1/payments/{id}" params={{ path: { id } }}>
      {(payment) => <Shown payment={payment} />}
    </Loaded>
  );
}

function Shown({ payment }: { payment: components["schemas"]["Payment"] }) {
  const { t } = useTranslation("payments");
  return (
    <Detail
      title={payment.reference ?? t("one")}
      badges={<PaymentStatus payment={payment} />}
      actions={<PaymentActions payment={payment} />}
      back={{ to: "/payments", label: t("title") }}
    >
      <Sums
        items={[
          [t("fields.amount"), <Money key="amount" value={payment.amount} />],
          [t("allocated"), <Money key="allocated" value={payment.allocated} />],
          [t("unallocated"), <Money key="unallocated" value={payment.unallocated} />],
        ]}
      />
      <Card>
        <Properties
          items={[
            [t("fields.direction"), t(`business:payment_direction.${payment.direction}`)],
            [t("fields.party_id"), <RecordLink key="party" kind="party" id={payment.party_id} />],
            [t("fields.received_on"), <Day key="day" value={payment.received_on} />],
            [t("fields.method"), t(`methods.${payment.method}`)],
            ...(payment.reverses_id ? [[t("reverses"), <RecordLink key="reverses" kind="payment" id={payment.reverses_id} />] as const] : []),
            ...(payment.refunds_id ? [[t("refunds"), <RecordLink key="refunds" kind="payment" id={payment.refunds_id} />] as const] : []),
            [t("fields.note"), <span key="note" className="whitespace-pre-wrap">{payment.note ?? "–"}</span>],
            [t("created"), <Time key="created" value={payment.created_at} />],
          ]}
        />
      </Card>
      <Card title={t("settles")}>
        <AllocationList allocations={payment.allocations} from="payment" />
      </Card>
    </Detail>
  );
}
