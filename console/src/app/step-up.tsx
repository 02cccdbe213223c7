import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api, proof } from "@/api/client";
import { read } from "@/api/read";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/step_up";
import { Loaded } from "@/records/loaded";
import { beginAtProvider } from "@/screens/session/oidc";
import { proofOf } from "@/screens/session/proof";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";

const leave = () => proof.settle(false);

/** Asks again who the user is, for a request that needs a fresh proof; then the request goes on. */
export function StepUp() {
  const { t } = useTranslation();
  return (
    <Dialog title={t("step_up.title")} onClose={leave}>
      <p className="mb-4">{t("step_up.text")}</p>
      <Loaded path="/api/v1/me/second-factor" lines={3}>
        {({ is_on }) => (is_on ? <ByCode /> : <ByPassword />)}
      </Loaded>
    </Dialog>
  );
}

async function prove(body: { code?: string; recovery_code?: string; password?: string }) {
  await answer(api.POST("/api/v1/auth/step-up", { body }));
  proof.settle(true);
}

function ByCode() {
  const { t } = useTranslation();
  return (
    <Form
      rules={{ code: { required: true, maxLength: 64 } }}
      values={{ code: "" }}
      submit={({ code }) => prove(proofOf(code))}
      action={t("step_up.action")}
      onCancel={leave}
    >
      <TextField name="code" autoComplete="one-time-code" label={t("step_up.code")} hint={t("step_up.code_hint")} />
    </Form>
  );
}

function ByPassword() {
  const { t } = useTranslation();
  return (
    <>
      <Form
        rules={{ password: { ...rules.password, required: true } }}
        values={{ password: "" }}
        submit={prove}
        action={t("step_up.action")}
        onCancel={leave}
      >
        <TextField name="password" type="password" autoComplete="current-password" label={t("step_up.password")} />
      </Form>
      <ByProvider />
    </>
  );
}

/** An account without a password logs in at its provider again. */
function ByProvider() {
  const { t } = useTranslation();
  const { href } = useLocation();
  const { data } = useQuery(read("/api/v1/me/identities"));
  const beginning = useMutation({ mutationFn: (provider: string) => beginAtProvider(provider, href, true) });
  const providers = new Set((data?.data ?? []).flatMap(({ provider }) => (provider === null ? [] : [provider])));
  if (providers.size === 0) return null;
  return (
    <div className="mt-4 space-y-2 border-t border-line pt-4">
      <p className="text-sm text-muted">{t("step_up.provider_text")}</p>
      {[...providers].map((provider) => (
        <Button key={provider} className="w-full" busy={beginning.isPending} onClick={() => beginning.mutate(provider)}>
          {t("step_up.provider", { provider })}
        </Button>
      ))}
      <ProblemAlert error={beginning.error} />
    </div>
  );
}
