import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_role";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { RoleFields } from "./role-fields";

type NewRole = components["schemas"]["NewRole"];

export function CreateRole({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("roles");
  const navigate = useNavigate();
  async function create(values: NewRole) {
    const { id, name } = await answer(api.POST("/api/v1/roles", { body: filled(values) }));
    toast(t("created_toast", { name }));
    await navigate({ to: `/roles/${id}` as "/" });
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<NewRole>
        rules={rules}
        values={{ name: "", description: "", permissions: [] }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <RoleFields />
      </Form>
    </Dialog>
  );
}
