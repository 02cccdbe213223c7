import { useNavigate } from "@tanstack/react-router";
import { BadgeCheck, Ban, BellOff, BellRing, Copy, Eraser, FileCode2, FileMinus2, HandCoins, ListPlus, Pencil, Send, Stamp, Trash2, Undo2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { type Action, Actions } from "@/records/actions";
import { AllocateCreditNote } from "./allocate-credit-note";
import { CopyToCustomers } from "./copy-to-customers";
import { CreditInvoice } from "./credit-invoice";
import { EInvoice } from "./e-invoice";
import { IssueQuestion } from "./issue-question";
import { paymentOf } from "./payment-of";
import { refreshInvoices } from "./refresh";
import { ReverseAllocation } from "./reverse-allocation";
import { SendInvoice } from "./send-invoice";
import type { Invoice } from "./invoice-values";

type Opened = "credit" | "allocate" | "unallocate" | "xml" | "send" | "copies";
type Transition = "issue" | "approve" | "void" | "write-off" | "block-dunning" | "unblock-dunning";

export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Opened>();
  const close = () => setOpen(undefined);
  const { id, status, kind, direction } = invoice;
  const params = { path: { id }, header: ifMatch(invoice) };
  const isDraft = status === "draft";
  const isOpen = status === "issued" || status === "partially_paid";
  const isCreditNote = kind === "credit_note";
  const isOwn = direction === "receivable";
  const canCredit = !isDraft && status !== "void" && !isCreditNote;
  const show = (id: string) => navigate({ to: "/invoices/$id", params: { id } });

  const transition = (name: Transition) =>
    answer(api.POST(`/api/v1/invoices/{id}/${name}`, { params })).then(refreshInvoices);
  const asked = (name: Transition, key: string, icon: Action["icon"], rest: Pick<Action, "isShown" | "isFirst" | "isDangerous">): Action => ({
    label: t(`${key}.title`),
    icon,
    question: name === "issue" ? <IssueQuestion invoice={invoice} /> : t(`${key}.text`),
    done: t(`${key}.done`),
    run: () => transition(name),
    ...rest,
  });
  const opening = (dialog: Opened, label: string, icon: Action["icon"], isShown: boolean, isFirst = false): Action =>
    ({ label, icon, isShown, isFirst, run: () => setOpen(dialog) });

  const actions: Action[] = [
    asked("issue", "issue", Stamp, { isFirst: true, isShown: isDraft && may("invoice:issue") }),
    asked("approve", "approve", BadgeCheck, { isFirst: true, isShown: isDraft && !isOwn && !invoice.approved_by && may("invoice:approve") }),
    { label: t("common:edit"), icon: Pencil, isFirst: true, isShown: isDraft && may("invoice:update"), run: () => navigate({ to: "/invoices/$id/edit", params: { id } }) },
    opening("send", t("send.title"), Send, isOwn && !isDraft && status !== "void", true),
    {
      label: t("pay"),
      icon: HandCoins,
      isFirst: true,
      isShown: isOpen && may("payment:create"),
      run: () => navigate({ to: "/payments/new", search: paymentOf(invoice) }),
    },
    opening("allocate", t("allocate.title"), ListPlus, isOpen && isCreditNote && may("payment:update")),
    opening("unallocate", t("unallocate.title"), Undo2, isCreditNote && !isDraft && may("payment:reverse")),
    opening("xml", t("xml.title"), FileCode2, isOwn && !isDraft && status !== "void"),
    opening("credit", t("credit.title"), FileMinus2, canCredit && may("invoice:create")),
    {
      label: t("duplicate.title"),
      icon: Copy,
      question: t("duplicate.text"),
      isShown: !isCreditNote && may("invoice:create"),
      run: async () => show((await answer(api.POST("/api/v1/invoices/{id}/duplicate", { params: { path: { id } } }))).id),
    },
    opening("copies", t("copies.title"), Users, isOwn && !isCreditNote && !invoice.contract_id && may("invoice:create")),
    asked("block-dunning", "block", BellOff, { isShown: isOpen && isOwn && !isCreditNote && !invoice.dunning_blocked && may("invoice:dun") }),
    asked("unblock-dunning", "unblock", BellRing, { isShown: invoice.dunning_blocked && may("invoice:dun") }),
    asked("write-off", "write_off", Eraser, { isDangerous: true, isShown: isOpen && may("invoice:write_off") }),
    asked("void", "void", Ban, { isDangerous: true, isShown: status === "issued" && may("invoice:void") }),
    {
      label: t("remove.title"),
      icon: Trash2,
      isDangerous: true,
      isShown: isDraft && may("invoice:delete"),
      question: t("remove.text"),
      done: t("remove.done"),
      run: async () => {
        await answer(api.DELETE("/api/v1/invoices/{id}", { params }));
        await navigate({ to: "/invoices" });
      },
    },
  ];
  return (
    <>
      <Actions actions={actions} />
      {open === "credit" && <CreditInvoice invoice={invoice} onClose={close} />}
      {open === "allocate" && <AllocateCreditNote invoice={invoice} onClose={close} />}
      {open === "unallocate" && <ReverseAllocation invoice={invoice} onClose={close} />}
      {open === "xml" && <EInvoice invoice={invoice} onClose={close} />}
      {open === "send" && <SendInvoice invoice={invoice} onClose={close} />}
      {open === "copies" && <CopyToCustomers invoice={invoice} onClose={close} />}
    </>
  );
}
