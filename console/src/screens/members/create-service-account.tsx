import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_service_account";
import { roleIn } from "@/records/held-role";
import { RoleField } from "@/records/roles";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

export function CreateServiceAccount({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("members");
  const navigate = useNavigate();
  async function create({ name, role }: { name: string; role: string }) {
    const body = { name, ...roleIn(role) };
    const { user_id } = await answer(api.POST("/api/v1/members/service-accounts", { body }));
    toast(t("created_toast", { name }));
    await navigate({ to: "/members/$id" as string, params: { id: user_id } as never });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <p className="mb-4">{t("create_text")}</p>
      <Form
        rules={{ ...rules, role: { required: true } }}
        values={{ name: "", role: "viewer" }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <TextField name="name" label={t("name")} />
        <RoleField name="role" label={t("role")} withoutOwner />
      </Form>
    </Dialog>
  );
}
