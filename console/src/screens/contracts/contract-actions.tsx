import { useNavigate } from "@tanstack/react-router";
import { CheckCheck, CircleStop, FilePlus2, Pencil, Play, ReceiptText, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Actions } from "@/records/actions";
import { AmendContract } from "./amend-contract";
import { TerminateContract } from "./terminate-contract";

type Contract = components["schemas"]["Contract"];

/** Reads again all that is shown of contracts. */
export const refreshContracts = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/contracts") });

export function ContractActions({ contract }: { contract: Contract }) {
  const { t } = useTranslation("contracts");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"amend" | "terminate">();
  const close = () => setOpen(undefined);
  const { id, status } = contract;
  const params = { path: { id }, header: ifMatch(contract) };
  const isActive = status === "active";

  return (
    <>
      <Actions
        actions={[
          {
            label: t("common:edit"),
            icon: Pencil,
            isFirst: true,
            isShown: may("contract:update"),
            run: () => navigate({ to: "/contracts/$id/edit", params: { id } }),
          },
          {
            label: t("activate.title"),
            icon: Play,
            isFirst: true,
            isShown: may("contract:update") && status === "draft",
            question: t("activate.text"),
            done: t("activate.done"),
            run: () => answer(api.POST("/api/v1/contracts/{id}/activate", { params })).then(refreshContracts),
          },
          {
            label: t("invoice"),
            icon: ReceiptText,
            isFirst: true,
            isShown: may("invoice:create") && isActive,
            run: () => navigate({ to: "/invoices/new", search: { contract_id: id } }),
          },
          { label: t("amend.title"), icon: FilePlus2, isShown: may("contract:update") && isActive, run: () => setOpen("amend") },
          {
            label: t("complete.title"),
            icon: CheckCheck,
            isShown: may("contract:update") && isActive,
            question: t("complete.text"),
            done: t("complete.done"),
            run: () => answer(api.POST("/api/v1/contracts/{id}/complete", { params })).then(refreshContracts),
          },
          { label: t("terminate.title"), icon: CircleStop, isDangerous: true, isShown: may("contract:update") && isActive, run: () => setOpen("terminate") },
          {
            label: t("remove"),
            icon: Trash2,
            isDangerous: true,
            isShown: may("contract:delete") && status === "draft",
            question: t("remove_text"),
            done: t("removed_toast", { title: contract.title }),
            run: async () => {
              await answer(api.DELETE("/api/v1/contracts/{id}", { params }));
              await navigate({ to: "/contracts" });
            },
          },
        ]}
      />
      {open === "amend" && <AmendContract contract={contract} onClose={close} />}
      {open === "terminate" && <TerminateContract contract={contract} onClose={close} />}
    </>
  );
}
