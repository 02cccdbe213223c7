import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { proofOf } from "./proof";
import { enter } from "./enter";
import { PublicPage } from "./public-page";

interface Props {
  challenge: string;
  returnTo: string | undefined;
  onBack: () => void;
}

/** Asks for the code of the user's device, or for a recovery code. */
export function SecondFactor({ challenge, returnTo, onBack }: Props) {
  const { t } = useTranslation("session");
  async function confirm({ code }: { code: string }) {
    const body = { challenge, ...proofOf(code) };
    await enter(await answer(api.POST("/api/v1/auth/login/second-factor", { body })), returnTo);
  }
  return (
    <PublicPage title={t("factor.title")}>
      <Form
        rules={{ code: { required: true, maxLength: 64 } }}
        values={{ code: "" }}
        submit={confirm}
        action={t("factor.action")}
        onCancel={onBack}
      >
        <TextField name="code" autoComplete="one-time-code" label={t("factor.code")} hint={t("factor.hint")} />
      </Form>
    </PublicPage>
  );
}
