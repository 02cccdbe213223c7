import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { type Permission, useMe } from "@/api/session";
import { useField } from "@/forms/form";
import all from "@/generated/values/Permission";
import { CheckBox } from "@/ui/input";
import { byKind, toggled } from "./permissions";

interface Props {
  /** The field of the body that has the list. */
  name: string;
  label: string;
  /** Permissions that cannot be given here. */
  without?: readonly Permission[];
}

/** Chooses permissions, by kinds of record. Nothing can be given that the user does not have. */
export function PermissionsField({ name, label, without = [] }: Props) {
  const { t } = useTranslation("records");
  const { permissions: held } = useMe();
  const { error } = useField(name);
  const { field } = useController({ name, rules: { validate: (value: unknown[]) => value.length > 0 || t("common:form.required") } });
  const chosen = field.value as Permission[];
  const offered = all.filter((one) => (held.includes(one) && !without.includes(one)) || chosen.includes(one));
  const change = (changed: readonly Permission[], isOn: boolean) => field.onChange(toggled(all, chosen, changed, isOn));
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">{label} *</legend>
      <p className="text-sm text-muted">{t("permission.chosen", { count: chosen.length })}</p>
      <div className="max-h-96 divide-y divide-line overflow-y-auto rounded-md border border-edge px-3" tabIndex={0} role="group" aria-label={label}>
        {byKind(offered).map(([kind, permissions]) => (
          <div key={kind} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[12rem_1fr]">
            <label className="flex items-center gap-2 font-medium">
              <CheckBox
                checked={permissions.every((one) => chosen.includes(one))}
                onChange={(event) => change(permissions, event.target.checked)}
              />
              {t(`permission.kind.${kind}`)}
            </label>
            <div className="flex flex-wrap gap-x-4 gap-y-1">
              {permissions.map((permission) => (
                <label key={permission} className="relative flex items-center gap-1.5">
                  <CheckBox
                    checked={chosen.includes(permission)}
                    onChange={(event) => change([permission], event.target.checked)}
                  />
                  {t(`permission.verb.${permission.split(":")[1]}`)}
                  <span className="sr-only">{t(`permission.kind.${kind}`)}</span>
                </label>
              ))}
            </div>
          </div>
        ))}
      </div>
      {error && <p role="alert" className="text-sm text-bad">{error}</p>}
    </fieldset>
  );
}
