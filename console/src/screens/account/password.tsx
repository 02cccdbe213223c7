import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { keepSession } from "@/api/session";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/change_password";
import { Card } from "@/ui/card";
import { toast } from "@/ui/toast";

const LEAST = 12;

interface Values {
  current_password: string;
  new_password: string;
}

export function Password() {
  const { t } = useTranslation("account");
  const [changes, setChanges] = useState(0);
  async function change(body: Values) {
    await keepSession(await answer(api.POST("/api/v1/auth/password", { body })));
    toast(t("password.changed"));
    setChanges(changes + 1);
  }
  return (
    <Card title={t("password.title")}>
      <Form<Values>
        key={changes}
        rules={{ ...rules, new_password: { ...rules.new_password, minLength: LEAST } }}
        values={{ current_password: "", new_password: "" }}
        submit={change}
        action={t("password.change")}
      >
        <p className="text-sm text-muted">{t("password.text")}</p>
        <TextField name="current_password" type="password" label={t("password.current")} autoComplete="current-password" />
        <TextField name="new_password" type="password" label={t("password.new")} hint={t("password.hint")} autoComplete="new-password" />
      </Form>
      <p className="mt-3 text-sm">
        <Link to="/forgot-password" className="text-accent underline">{t("password.none")}</Link>
      </p>
    </Card>
  );
}
