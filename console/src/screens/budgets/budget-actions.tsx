import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_budget";
import { ChangeDialog } from "@/records/change-dialog";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { parseUsd, usdText } from "@/ui/usd";
import { LimitFields } from "./create-budget";

type Budget = components["schemas"]["Budget"];
type Patch = components["schemas"]["BudgetPatch"];

export function BudgetActions({ budget }: { budget: Budget }) {
  const { t } = useTranslation("budgets");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => setOpen(undefined);
  const path = { id: budget.id };

  async function send(body: Patch, version: number) {
    await answer(api.PATCH("/api/v1/budgets/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/budgets/{id}", { path }));
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/budgets/{id}", { params: { path, header: ifMatch(budget) } }));
    toast(t("removed_toast"));
    await navigate({ to: "/budgets" });
  }

  return (
    <>
      {may("budget:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("budget:delete") && (
        <Button onClick={() => setOpen("remove")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "edit" && (
        <ChangeDialog<Budget>
          title={t("edit")}
          record={budget}
          labels={{ hard_limit_nano_usd: t("hard_limit"), soft_percent: t("soft_percent") }}
          rules={rules}
          current={() => queries.fetchQuery({ ...read("/api/v1/budgets/{id}", { path }), staleTime: 0 })}
          send={send}
          values={({ hard_limit_nano_usd, soft_percent }) => ({ hard_limit_nano_usd: usdText(hard_limit_nano_usd), soft_percent })}
          fields={({ hard_limit_nano_usd, soft_percent }) => ({ hard_limit_nano_usd: parseUsd(String(hard_limit_nano_usd)), soft_percent })}
          onClose={close}
        >
          <LimitFields />
        </ChangeDialog>
      )}
      {open === "remove" && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("remove.text")}</p>
        </Confirm>
      )}
    </>
  );
}
