import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMe } from "@/api/session";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/change_email";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Actions, Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";

/** The address of the account, its proof, and its change by mails to both addresses. */
export function Email() {
  const { t } = useTranslation("account");
  const { user } = useMe();
  const [isChanging, setChanging] = useState(false);
  const proving = useMutation({ mutationFn: () => answer(api.POST("/api/v1/auth/email/verification")) });
  return (
    <Card title={t("email.title")}>
      <p className="flex flex-wrap items-center gap-2">
        <span className="wrap-anywhere">{user.email}</span>
        <Badge tone={user.email_verified ? "good" : "warn"}>{t(user.email_verified ? "email.proven" : "email.claimed")}</Badge>
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {!user.email_verified && (
          <Button busy={proving.isPending} onClick={() => proving.mutate()}>{t("email.prove")}</Button>
        )}
        <Button onClick={() => setChanging(true)}>{t("email.change")}</Button>
      </div>
      {proving.isSuccess && <p role="status" className="mt-2">{t("email.mailed")}</p>}
      <ProblemAlert error={proving.error} />
      {isChanging && <ChangeEmail onClose={() => setChanging(false)} />}
    </Card>
  );
}

function ChangeEmail({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("account");
  const [isMailed, setMailed] = useState(false);
  async function ask(body: { email: string; current_password: string }) {
    await answer(api.POST("/api/v1/me/email", { body }));
    setMailed(true);
  }
  return (
    <Dialog title={t("email.change")} onClose={onClose}>
      {isMailed ? (
        <>
          <p role="status">{t("email.change_mailed")}</p>
          <Actions>
            <Button kind="primary" onClick={onClose}>{t("common:close")}</Button>
          </Actions>
        </>
      ) : (
        <Form rules={rules} values={{ email: "", current_password: "" }} submit={ask} action={t("email.change")} onCancel={onClose}>
          <TextField name="email" type="email" label={t("email.new")} autoComplete="email" />
          <TextField name="current_password" type="password" label={t("password.current")} autoComplete="current-password" />
        </Form>
      )}
    </Dialog>
  );
}
