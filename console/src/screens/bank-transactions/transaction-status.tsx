import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Status = components["schemas"]["BankTransactionStatus"];

const TONES: Record<Status, Tone> = { proposed: "warn", booked: "good", ignored: "neutral" };

export function TransactionStatus({ status }: { status: Status }) {
  const { t } = useTranslation("bank-transactions");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
