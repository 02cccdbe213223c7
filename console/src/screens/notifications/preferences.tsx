import { Settings } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { CheckField, SelectField } from "@/forms/fields";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_notification_preferences";
import timings from "@/generated/values/MailTiming";
import { ChangeDialog } from "@/records/change-dialog";
import { Loaded } from "@/records/loaded";
import { Button } from "@/ui/button";

type NotificationPreferences = components["schemas"]["NotificationPreferences"];

const KINDS = ["mention", "reply"] as const;
const PATH = "/api/v1/notification-preferences";

/** How the user is told of comments. */
export function Preferences() {
  const { t } = useTranslation("notifications");
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (!may("notification:update")) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Settings aria-hidden="true" />
        {t("preferences.title")}
      </Button>
      {isOpen && <Loaded path={PATH}>{(record) => <Change record={record} onClose={close} />}</Loaded>}
    </>
  );
}

function Change({ record, onClose }: { record: NotificationPreferences; onClose: () => void }) {
  const { t } = useTranslation("notifications");
  const options = timings.map((value) => ({ value, label: t(`preferences.mails.${value}`) }));
  return (
    <ChangeDialog<NotificationPreferences>
      title={t("preferences.title")}
      record={record}
      labels={{ mention: t("preferences.mention"), reply: t("preferences.reply") }}
      rules={rules}
      current={() => queries.fetchQuery({ ...read(PATH), staleTime: 0 })}
      send={async (body, version) => {
        await answer(api.PATCH(PATH, { params: { header: ifMatch({ version }) }, body }));
        await queries.invalidateQueries(read(PATH));
      }}
      onClose={onClose}
    >
      {KINDS.map((kind) => (
        <fieldset key={kind} className="grid gap-3 sm:grid-cols-2">
          <legend className="mb-1 font-medium">{t(`preferences.${kind}`)}</legend>
          <CheckField name={`${kind}.in_app`} label={t("preferences.in_app")} />
          <SelectField name={`${kind}.mail`} label={t("preferences.mail")} options={options} />
        </fieldset>
      ))}
    </ChangeDialog>
  );
}
