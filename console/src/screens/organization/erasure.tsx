import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/request_organization_erasure";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";
import { Time } from "@/ui/values";
import type { Organization } from "./settings";

export function Erasure({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const [isOpen, setOpen] = useState(false);
  const [eraseAt, setEraseAt] = useState<string | null>();
  async function ask(body: { slug: string }) {
    const asked = await answer(api.POST("/api/v1/organization/erasure", { body }));
    setEraseAt(asked.erase_at);
  }
  return (
    <>
      <p className="mb-3">{t("erasure.text")}</p>
      <Button kind="danger" onClick={() => setOpen(true)}>{t("erasure.action")}</Button>
      {isOpen && eraseAt === undefined && (
        <Dialog title={t("erasure.title")} onClose={() => setOpen(false)}>
          <Form rules={rules} values={{ slug: "" }} submit={ask} action={t("erasure.action")} isDangerous onCancel={() => setOpen(false)}>
            <p>{t("erasure.warning")}</p>
            <TextField name="slug" label={t("erasure.slug", { slug: organization.slug })} autoComplete="off" />
          </Form>
        </Dialog>
      )}
      {eraseAt !== undefined && (
        <Dialog title={t("erasure.title")} onClose={() => location.reload()}>
          <p>{t("erasure.done")} <Time value={eraseAt} /></p>
          <p className="mt-2">{t("erasure.take_back")}</p>
          <Actions>
            <Button kind="primary" onClick={() => location.reload()}>{t("common:close")}</Button>
          </Actions>
        </Dialog>
      )}
    </>
  );
}
