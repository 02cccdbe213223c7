import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { CheckField, SelectField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { mergePatch } from "@/forms/merge-patch";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_notification_preferences";
import timings from "@/generated/values/MailTiming";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { toast } from "@/ui/toast";

type Preferences = components["schemas"]["NotificationPreferences"];
type Values = Pick<Preferences, (typeof KINDS)[number]>;

const PATH = "/api/v1/notification-preferences";
const KINDS = ["mention", "reply"] as const;

/** How the user is told of notifications in this organization. */
export function Notifications() {
  return <Loaded path={PATH}>{(preferences) => <Choices key={preferences.version} preferences={preferences} />}</Loaded>;
}

function Choices({ preferences }: { preferences: Preferences }) {
  const { t } = useTranslation("account");
  const mayChange = useMay()("notification:update");
  async function save(values: Values) {
    const body = mergePatch({ ...preferences }, { ...values });
    if (Object.keys(body).length > 0) await answer(api.PATCH(PATH, { params: { header: ifMatch(preferences) }, body }));
    toast(t("common:saved"));
    await queries.invalidateQueries(read(PATH));
  }
  return (
    <fieldset disabled={!mayChange} className="max-w-2xl min-w-0">
      <Form<Values>
        rules={rules}
        values={{ mention: preferences.mention, reply: preferences.reply }}
        submit={save}
        action={t("common:save")}
      >
        {KINDS.map((kind) => (
          <Card key={kind} title={t(`notifications.${kind}`)}>
            <div className="grid gap-4 sm:grid-cols-2">
              <CheckField name={`${kind}.in_app`} label={t("notifications.in_app")} />
              <SelectField
                name={`${kind}.mail`}
                label={t("notifications.mail")}
                options={timings.map((value) => ({ value, label: t(`notifications.timings.${value}`) }))}
              />
            </div>
          </Card>
        ))}
      </Form>
    </fieldset>
  );
}
