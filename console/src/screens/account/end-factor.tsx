import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { proofOf } from "@/screens/session/proof";
import { Dialog } from "@/ui/dialog";

const PATH = "/api/v1/me/second-factor";

export function EndFactor({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("account");
  async function end({ code }: { code: string }) {
    await answer(api.DELETE(PATH, { body: proofOf(code) }));
    await queries.invalidateQueries(read(PATH));
    onClose();
  }
  return (
    <Dialog title={t("factor.end")} onClose={onClose}>
      <Form
        rules={{ code: { required: true, maxLength: 64 } }}
        values={{ code: "" }}
        submit={end}
        action={t("factor.end")}
        isDangerous
        onCancel={onClose}
      >
        <p>{t("factor.end_text")}</p>
        <TextField name="code" label={t("factor.code")} hint={t("common:step_up.code_hint")} autoComplete="one-time-code" />
      </Form>
    </Dialog>
  );
}
