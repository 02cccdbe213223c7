import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/begin_sso_login";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { beginAtOrganization, beginAtProvider } from "./oidc";

/** Logins by the providers of the installation, and by that of an organization. */
export function Providers({ returnTo }: { returnTo: string | undefined }) {
  const { t } = useTranslation("session");
  const { data } = useQuery(read("/api/v1/auth/oidc/providers"));
  const beginning = useMutation({ mutationFn: (provider: string) => beginAtProvider(provider, returnTo) });
  return (
    <div className="mt-4 space-y-3 border-t border-line pt-4">
      {data?.data.map(({ id, name }) => (
        <Button key={id} className="w-full" busy={beginning.isPending} onClick={() => beginning.mutate(id)}>
          {t("sso.with", { name })}
        </Button>
      ))}
      <ProblemAlert error={beginning.error} />
      <details>
        <summary className="font-medium">{t("sso.title")}</summary>
        <div className="mt-3">
          <Form
            rules={{ email: { ...rules.email, required: true } }}
            values={{ email: "" }}
            submit={({ email }) => beginAtOrganization(email, returnTo)}
            action={t("sso.action")}
          >
            <TextField name="email" type="email" autoComplete="username" label={t("sso.email")} />
          </Form>
        </div>
      </details>
    </div>
  );
}
