import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_project";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { ProjectFields } from "./project-fields";

type NewProject = components["schemas"]["NewProject"];

export function CreateProject({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("projects");
  const navigate = useNavigate();
  async function create(values: NewProject) {
    const { id, code } = await answer(api.POST("/api/v1/projects", { body: filled(values) }));
    toast(t("created_toast", { code }));
    await navigate({ to: "/projects/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<NewProject>
        rules={rules}
        values={{ code: "", name: "", description: "", status: "planned", starts_on: "", ends_on: "" }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <ProjectFields />
      </Form>
    </Dialog>
  );
}
