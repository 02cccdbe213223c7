import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/confirm_second_factor";
import type { components } from "@/generated/api";
import { CodeBlock } from "@/ui/code-block";
import { Dialog } from "@/ui/dialog";

interface Props {
  begun: components["schemas"]["BegunSecondFactor"];
  onConfirmed: (recoveryCodes: readonly string[]) => void;
  onClose: () => void;
}

/** Shows the secret as a QR code and as text, and asks for the first code of the device. */
export function SetUpFactor({ begun, onConfirmed, onClose }: Props) {
  const { t } = useTranslation("account");
  async function confirm({ code }: { code: string }) {
    const body = { code: code.replaceAll(" ", "") };
    onConfirmed((await answer(api.POST("/api/v1/me/second-factor/confirm", { body }))).recovery_codes);
  }
  return (
    <Dialog title={t("factor.begin")} onClose={onClose}>
      <Form rules={rules} values={{ code: "" }} submit={confirm} action={t("factor.confirm")} onCancel={onClose}>
        <p>{t("factor.scan")}</p>
        <img
          src={`data:image/svg+xml,${encodeURIComponent(begun.qr_code)}`}
          alt={t("factor.qr_code")}
          className="mx-auto size-48 bg-white p-2"
        />
        <CodeBlock label={t("factor.secret")} code={begun.secret} />
        <p className="text-sm">
          <a href={begun.otpauth_uri} className="text-accent underline">{t("factor.open_app")}</a>
        </p>
        <TextField name="code" label={t("factor.code")} hint={t("factor.code_hint")} autoComplete="one-time-code" />
      </Form>
    </Dialog>
  );
}
