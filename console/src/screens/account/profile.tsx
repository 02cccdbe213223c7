import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { meQuery, useMe } from "@/api/session";
import { changes } from "@/forms/bodies";
import { SelectField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { TimeZoneField } from "@/forms/time-zone-field";
import rules from "@/generated/rules/update_me";
import { chooseLanguage, languageOf } from "@/i18n";
import { Card } from "@/ui/card";
import { toast } from "@/ui/toast";
import { Email } from "./email";
import { Picture } from "./picture";

const LOCALES = ["en", "en-GB", "en-US", "de", "de-AT", "de-CH", "de-DE"];

interface Values {
  name: string;
  locale: string;
  time_zone: string;
}

export function Profile() {
  const { t, i18n } = useTranslation("account");
  const { user } = useMe();
  const names = new Intl.DisplayNames(i18n.language, { type: "language" });
  const locales = user.locale === null || LOCALES.includes(user.locale) ? LOCALES : [user.locale, ...LOCALES];
  async function save(values: Values) {
    const body = changes(user, values);
    if (Object.keys(body).length > 0) await answer(api.PATCH("/api/v1/me", { body }));
    if (values.locale && values.locale !== user.locale) await chooseLanguage(languageOf(values.locale));
    await queries.invalidateQueries(meQuery);
    toast(t("common:saved"));
  }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title={t("profile.title")}>
        <Form<Values>
          rules={rules}
          values={{ name: user.name, locale: user.locale ?? "", time_zone: user.time_zone ?? "" }}
          submit={save}
          action={t("common:save")}
        >
          <TextField name="name" label={t("profile.name")} autoComplete="name" required />
          <SelectField
            name="locale"
            label={t("profile.locale")}
            hint={t("profile.locale_hint")}
            options={locales.map((value) => ({ value, label: names.of(value) ?? value }))}
            none={t("profile.locale_none")}
          />
          <TimeZoneField name="time_zone" label={t("profile.time_zone")} hint={t("profile.time_zone_hint")} none={t("profile.time_zone_none")} />
        </Form>
      </Card>
      <div className="space-y-4">
        <Picture />
        <Email />
      </div>
    </div>
  );
}
