import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_party";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { PartyFields } from "./party-fields";
import { partyValues, type PartyValues } from "./party-values";

export function CreateParty({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("parties");
  const navigate = useNavigate();
  async function create(values: PartyValues) {
    const body = filled(values) as components["schemas"]["NewParty"];
    const { id, name } = await answer(api.POST("/api/v1/parties", { body }));
    toast(t("created_toast", { name }));
    await navigate({ to: "/parties/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<PartyValues> rules={rules} values={partyValues()} submit={create} action={t("common:create")} onCancel={onClose}>
        <PartyFields />
      </Form>
    </Dialog>
  );
}
