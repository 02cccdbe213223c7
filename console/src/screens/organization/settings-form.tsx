import { type ReactNode, useState } from "react";
import type { FieldValues } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { Form } from "@/forms/form";
import { mergePatch } from "@/forms/merge-patch";
import generated from "@/generated/rules/update_organization";
import { useChange } from "@/records/conflict";
import { toast } from "@/ui/toast";
import { bodyOf, type Flat, flat, type Organization, WHOLES } from "./settings";

// An address needs both parts only where there is one.
const { "settings.seller.e_invoice_address.id": _id, "settings.seller.e_invoice_address.scheme": _scheme, ...rules } = generated;

interface Props {
  organization: Organization;
  /** The values of the form: `{ name, settings: { locale, … } }`. */
  values: (organization: Organization) => { name?: string; settings?: FieldValues };
  /** Makes fields of the settings of what the form holds. */
  adapt?: (settings: FieldValues, organization: Organization) => FieldValues;
  children: ReactNode;
}

/** A part of the settings. What another user has changed meanwhile is shown as a merge. */
export function SettingsForm({ organization, ...rest }: Props) {
  // Events may bring another version while the user types: a change begins at the version that was shown.
  const [base, setBase] = useState(organization);
  return <Begun key={base.version} organization={base} onSaved={setBase} {...rest} />;
}

interface BegunProps extends Props {
  onSaved: (organization: Organization) => void;
}

function Begun({ organization, values, adapt, onSaved, children }: BegunProps) {
  const { t } = useTranslation("organization");
  const mayChange = useMay()("organization:update");
  const base = flat(organization);
  const { change, dialog } = useChange<Flat>({
    current: async () => flat(await queries.fetchQuery({ ...read("/api/v1/organization"), staleTime: 0 })),
    send: (patch, version) =>
      answer(api.PATCH("/api/v1/organization", { params: { header: ifMatch({ version }) }, body: bodyOf(patch) })),
    labels: Object.fromEntries(Object.keys(base).filter((field) => field !== "version").map((field) => [field, t(`fields.${field}`)])),
  });
  async function save({ settings = {}, ...own }: FieldValues) {
    const given = { ...own, ...(adapt ? adapt(settings as FieldValues, organization) : (settings as FieldValues)) };
    if ((await change(base, mergePatch(base, given, WHOLES))) !== "done") return;
    onSaved(await queries.fetchQuery({ ...read("/api/v1/organization"), staleTime: 0 }));
    toast(t("common:saved"));
  }
  return (
    <>
      <fieldset disabled={!mayChange} className="max-w-3xl min-w-0">
        {!mayChange && <p className="mb-4 text-muted">{t("read_only")}</p>}
        <Form rules={rules} values={values(organization)} submit={save} action={t("common:save")}>
          {children}
        </Form>
      </fieldset>
      {dialog}
    </>
  );
}
