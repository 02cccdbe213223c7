import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_role";
import { ChangeDialog } from "@/records/change-dialog";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { RoleFields } from "./role-fields";

type Custom = components["schemas"]["RoleDefinition"] & { id: string; version: number };

export function RoleActions({ role }: { role: Custom }) {
  const { t } = useTranslation("roles");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete">();
  const close = () => setOpen(undefined);
  const path = { id: role.id };
  async function remove() {
    await answer(api.DELETE("/api/v1/roles/{id}", { params: { path, header: ifMatch(role) } }));
    toast(t("delete.toast", { name: role.name }));
    await navigate({ to: "/roles" });
  }
  return (
    <>
      {may("role:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("role:delete") && (
        <Button onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden="true" />
          {t("common:remove")}
        </Button>
      )}
      {open === "edit" && (
        <ChangeDialog<Custom>
          title={t("edit")}
          record={role}
          labels={{ name: t("name"), description: t("description"), permissions: t("permissions") }}
          rules={rules}
          size="wide"
          current={async () => (await queries.fetchQuery({ ...read("/api/v1/roles/{id}", { path }), staleTime: 0 })) as Custom}
          send={async (body, version) => {
            await answer(api.PATCH("/api/v1/roles/{id}", { params: { path, header: ifMatch({ version }) }, body }));
            await queries.invalidateQueries(read("/api/v1/roles/{id}", { path }));
          }}
          onClose={close}
        >
          <RoleFields />
        </ChangeDialog>
      )}
      {open === "delete" && (
        <Confirm title={t("delete.title")} action={t("common:remove")} isDangerous run={remove} onClose={close}>
          <p>{t("delete.text")}</p>
        </Confirm>
      )}
    </>
  );
}
