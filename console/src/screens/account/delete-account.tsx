import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { ApiError, type Problem } from "@/api/problem";
import { filled } from "@/forms/bodies";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/delete_me";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";

export function DeleteAccount() {
  const { t } = useTranslation("account");
  const [isOpen, setOpen] = useState(false);
  const [organizations, setOrganizations] = useState<NonNullable<Problem["organizations"]>>([]);
  async function remove(values: { password: string }) {
    setOrganizations([]);
    try {
      await answer(api.DELETE("/api/v1/me", { body: filled(values) }));
    } catch (error) {
      if (error instanceof ApiError) setOrganizations(error.problem?.organizations ?? []);
      throw error;
    }
    location.assign(`${import.meta.env.BASE_URL}sign-in`);
  }
  return (
    <Card title={t("delete.title")} className="max-w-2xl border-bad">
      <p className="mb-3">{t("delete.text")}</p>
      <Button kind="danger" onClick={() => setOpen(true)}>{t("delete.action")}</Button>
      {isOpen && (
        <Dialog title={t("delete.title")} onClose={() => setOpen(false)}>
          <Form rules={rules} values={{ password: "" }} submit={remove} action={t("delete.action")} isDangerous onCancel={() => setOpen(false)}>
            <p>{t("delete.warning")}</p>
            <TextField name="password" type="password" label={t("delete.password")} hint={t("delete.hint")} autoComplete="current-password" />
            {organizations.length > 0 && (
              <div>
                <p>{t("delete.sole_owner")}</p>
                <ul className="list-disc pl-5">
                  {organizations.map(({ id, name }) => <li key={id}>{name}</li>)}
                </ul>
              </div>
            )}
          </Form>
        </Dialog>
      )}
    </Card>
  );
}
