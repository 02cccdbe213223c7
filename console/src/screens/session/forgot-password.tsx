import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/forgot_password";
import { PublicPage } from "./public-page";

/** Asks for the mail with a link. The link leads to `/account/reset`, a page of the server. */
export function ForgotPassword() {
  const { t } = useTranslation("session");
  const [isMailed, setMailed] = useState(false);
  async function ask(body: { email: string }) {
    await answer(api.POST("/api/v1/auth/password/forgot", { body }));
    setMailed(true);
  }
  return (
    <PublicPage title={t("forgot.title")}>
      {isMailed ? (
        <p role="status">{t("forgot.mailed")}</p>
      ) : (
        <Form rules={rules} values={{ email: "" }} submit={ask} action={t("forgot.action")}>
          <TextField name="email" type="email" autoComplete="username" label={t("email")} />
        </Form>
      )}
      <p className="mt-4 text-sm">
        <Link to="/sign-in" className="text-accent underline">{t("sign_in.title")}</Link>
      </p>
    </PublicPage>
  );
}
