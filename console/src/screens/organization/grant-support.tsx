import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { CheckField, SelectField, TextAreaField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/grant_support_access";
import { Dialog } from "@/ui/dialog";

const PATH = "/api/v1/organization/support-access";
const HOURS = [1, 4, 24, 72, 168];
const HOUR_MS = 3_600_000;
// A consent of seven days is not a moment longer when it arrives.
const ON_THE_WAY_MS = 60_000;

interface Values {
  reason: string;
  hours: string;
  read_only: boolean;
}

export function GrantSupport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("organization");
  async function grant({ reason, hours, read_only }: Values) {
    const expires_at = new Date(Date.now() + Number(hours) * HOUR_MS - ON_THE_WAY_MS).toISOString();
    await answer(api.PUT(PATH, { body: { reason, read_only, expires_at } }));
    await queries.invalidateQueries({ queryKey: [PATH] });
    onClose();
  }
  return (
    <Dialog title={t("support.grant")} onClose={onClose}>
      <Form<Values>
        rules={rules}
        values={{ reason: "", hours: "24", read_only: true }}
        submit={grant}
        action={t("support.grant")}
        onCancel={onClose}
      >
        <TextAreaField name="reason" label={t("support.reason")} rows={2} />
        <SelectField
          name="hours"
          label={t("support.duration")}
          options={HOURS.map((hours) => ({ value: String(hours), label: t("support.hours", { count: hours }) }))}
        />
        <CheckField name="read_only" label={t("support.read_only")} hint={t("support.read_write_hint")} />
      </Form>
    </Dialog>
  );
}
