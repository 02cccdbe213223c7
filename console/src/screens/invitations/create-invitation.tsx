import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_invitation";
import { roleIn } from "@/records/held-role";
import { RoleField } from "@/records/roles";
import { Dialog } from "@/ui/dialog";
import { SecretDialog } from "@/ui/secret";
import { toast } from "@/ui/toast";

/** Invites by mail. An installation that sends no mails tells the token, for a link that the user passes on. */
export function CreateInvitation({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("invitations");
  const [link, setLink] = useState<string>();
  async function create({ email, role }: { email: string; role: string }) {
    const { token } = await answer(api.POST("/api/v1/invitations", { body: { email, ...roleIn(role) } }));
    if (token !== null) return setLink(`${location.origin}/account/invitation#${token}`);
    toast(t("created_toast", { email }));
    return onClose();
  }
  if (link !== undefined) {
    return <SecretDialog title={t("link.title")} label={t("link.label")} secret={link} onClose={onClose} />;
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form
        rules={{ ...rules, role: { required: true } }}
        values={{ email: "", role: "member" }}
        submit={create}
        action={t("create_action")}
        onCancel={onClose}
      >
        <TextField name="email" type="email" label={t("email")} autoComplete="off" />
        <RoleField name="role" label={t("role")} />
      </Form>
    </Dialog>
  );
}
