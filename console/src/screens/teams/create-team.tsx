import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_team";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { TeamFields } from "./team-fields";

type NewTeam = components["schemas"]["NewTeam"];

export function CreateTeam({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("teams");
  const navigate = useNavigate();
  async function create(values: NewTeam) {
    const { id, name } = await answer(api.POST("/api/v1/teams", { body: filled(values) }));
    toast(t("created_toast", { name }));
    await navigate({ to: `/teams/${id}` as "/" });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<NewTeam>
        rules={rules}
        values={{ name: "", description: "" }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <TeamFields />
      </Form>
    </Dialog>
  );
}
