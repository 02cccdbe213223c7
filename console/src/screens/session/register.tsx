import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { errorOf } from "@/api/problem";
import { filled } from "@/forms/bodies";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/register";
import { enter } from "./enter";
import { PublicPage } from "./public-page";

type NewAccount = components["schemas"]["NewAccount"];

const PASSWORD_BYTES = 12;

export function Register() {
  const { t } = useTranslation("session");
  const [isMailed, setMailed] = useState(false);

  async function register(values: NewAccount) {
    const { data, error, response } = await api.POST("/api/v1/auth/register", { body: filled(values) });
    if (!response.ok) throw errorOf(response, error);
    // 202: the installation completes registrations by mail.
    if (data && "refresh_token" in data) await enter(data, undefined);
    else setMailed(true);
  }

  return (
    <PublicPage title={t("register.title")}>
      {isMailed ? (
        <p role="status">{t("register.mailed")}</p>
      ) : (
        <Form<NewAccount>
          rules={{ ...rules, password: { ...rules.password, minLength: PASSWORD_BYTES } }}
          values={{ name: "", email: "", password: "", organization: { name: "" } }}
          submit={register}
          action={t("register.action")}
        >
          <TextField name="name" autoComplete="name" label={t("name")} />
          <TextField name="email" type="email" autoComplete="username" label={t("email")} />
          <TextField name="password" type="password" autoComplete="new-password" label={t("password")} hint={t("password_hint")} />
          <TextField name="organization.name" autoComplete="organization" label={t("register.organization")} />
        </Form>
      )}
      <p className="mt-4 text-sm">
        <Link to="/sign-in" className="text-accent underline">{t("register.has_account")}</Link>
      </p>
    </PublicPage>
  );
}
