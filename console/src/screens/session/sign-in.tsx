import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import { TextField } from "@/forms/fields";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/login";
import { useSearchState } from "@/records/search-state";
import { enter } from "./enter";
import { PublicPage } from "./public-page";
import { Providers } from "./providers";
import { SecondFactor } from "./second-factor";

type LoginForm = components["schemas"]["LoginForm"];

export function SignIn() {
  const { t } = useTranslation("session");
  const [{ return_to, organization }] = useSearchState();
  const [challenge, setChallenge] = useState<string>();

  async function signIn(values: LoginForm) {
    try {
      await enter(await answer(api.POST("/api/v1/auth/login", { body: filled(values) })), return_to);
    } catch (error) {
      const asked = error instanceof ApiError ? error.problem?.challenge : undefined;
      if (asked === undefined) throw error;
      setChallenge(asked);
    }
  }

  if (challenge !== undefined) {
    return <SecondFactor challenge={challenge} returnTo={return_to} onBack={() => setChallenge(undefined)} />;
  }
  return (
    <PublicPage title={t("sign_in.title")}>
      <Form<LoginForm>
        rules={rules}
        values={{ email: "", password: "", organization: organization ?? "" }}
        submit={signIn}
        action={t("sign_in.action")}
      >
        <TextField name="email" type="email" autoComplete="username" label={t("email")} />
        <TextField name="password" type="password" autoComplete="current-password" label={t("password")} />
        <details open={organization !== undefined}>
          <summary className="text-sm text-muted">{t("sign_in.other_organization")}</summary>
          <TextField name="organization" label={t("slug")} hint={t("sign_in.organization_hint")} className="mt-2" />
        </details>
      </Form>
      <p className="mt-4 flex flex-wrap justify-between gap-2 text-sm">
        <Link to="/forgot-password" className="text-accent underline">{t("forgot.title")}</Link>
        <Link to="/register" className="text-accent underline">{t("register.title")}</Link>
      </p>
      <Providers returnTo={return_to} />
    </PublicPage>
  );
}
