import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_api_key";
import { Dialog } from "@/ui/dialog";
import { SecretDialog } from "@/ui/secret";
import { KeyFields } from "./key-fields";
import { bodyOf, type KeyValues } from "./new-key";

interface Props {
  /** Whose key it will be, if the screen of a service account has led here. */
  serviceAccount: string | undefined;
  onClose: () => void;
}

export function CreateKey({ serviceAccount, onClose }: Props) {
  const { t } = useTranslation("api-keys");
  const [secret, setSecret] = useState<string>();
  async function create(values: KeyValues) {
    const created = await answer(api.POST("/api/v1/api-keys", { body: bodyOf(values) }));
    await queries.invalidateQueries({ queryKey: ["/api/v1/api-keys"] });
    setSecret(created.secret ?? "");
  }
  if (secret !== undefined) {
    return <SecretDialog title={t("created_title")} label={t("secret")} secret={secret} onClose={onClose} />;
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<KeyValues>
        rules={rules}
        values={{
          name: "",
          expires_on: "",
          service_account_id: serviceAccount ?? "",
          allowed: "role",
          role: "member",
          permissions: [],
          prompt_ids: [],
          budget_period: "month",
        }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <KeyFields />
      </Form>
    </Dialog>
  );
}
