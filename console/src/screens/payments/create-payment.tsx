import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Page } from "@/app/page";
import { type Allocated, allocationBodies, amountText } from "@/business/allocations";
import { today } from "@/business/days";
import { WithDefaults } from "@/business/defaults";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_payment";
import { useSearchState } from "@/records/search-state";
import { parseMoney } from "@/ui/money";
import { toast } from "@/ui/toast";
import { PaymentFields } from "./payment-fields";

type NewPayment = components["schemas"]["NewPayment"];

export interface PaymentValues {
  direction: NewPayment["direction"];
  method: NewPayment["method"];
  party_id: string;
  received_on: string;
  currency: string;
  amount: string;
  reference: string;
  note: string;
  allocations: Allocated;
}

/** `?party_id=`, `?invoice_id=`, `?amount=` (in minor units), `?currency=` and `?direction=` fill the form. */
export function CreatePayment() {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  const [search] = useSearchState();
  async function create({ allocations, currency, amount, ...values }: PaymentValues) {
    const body: NewPayment = {
      ...filled(values),
      amount: parseMoney(amount, currency) ?? { amount_minor: 0, currency },
      allocations: allocationBodies(allocations ?? {}, currency),
    };
    const { id } = await answer(api.POST("/api/v1/payments", { body }));
    toast(t("created_toast"));
    await navigate({ to: "/payments/$id", params: { id } });
  }
  function begin(currency: string): PaymentValues {
    const amount = amountText(Number(search.amount ?? 0), currency);
    return {
      direction: search.direction === "sent" ? "sent" : "received",
      method: "bank_transfer",
      party_id: search.party_id ?? "",
      received_on: today(),
      currency,
      amount,
      reference: "",
      note: "",
      allocations: search.invoice_id ? { [search.invoice_id]: { amount, cash_discount: "" } } : {},
    };
  }
  return (
    <Page title={t("create")} back={{ to: "/payments", label: t("title") }}>
      <WithDefaults>
        {(defaults) => (
          <Form<PaymentValues>
            rules={rules}
            values={begin(search.currency ?? defaults.currency)}
            submit={create}
            action={t("record")}
            onCancel={() => void navigate({ to: "/payments" })}
          >
            <PaymentFields />
          </Form>
        )}
      </WithDefaults>
    </Page>
  );
}
