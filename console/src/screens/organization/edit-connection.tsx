import { useState } from "react";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { CheckField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import generated from "@/generated/rules/put_organization_sso";
import { RoleField } from "@/records/roles";
import { Dialog } from "@/ui/dialog";
import { Rows } from "./rows";
import { connectionIn, type SsoValues, valuesOf } from "./sso-values";

const PATH = "/api/v1/organization/sso";
const MOST_RULES = 50;

// The mapping may be left out, and the values of roles may be identities.
const { "mapping.claim": _claim, "mapping.rules": _rules, ...rest } = generated;
const rules = { ...rest, role: { required: true }, "mapping.rules.*.role": { required: true } };

interface Props {
  /** None yet. */
  connection: components["schemas"]["SsoConnection"] | undefined;
  onClose: () => void;
}

/** All values are sent, so another user's change since then is refused (412), and shown as that. */
export function EditConnection({ connection, onClose }: Props) {
  const { t } = useTranslation("organization");
  const [base] = useState(connection);
  async function save(values: SsoValues) {
    const header = base ? ifMatch(base) : { "If-None-Match": "*" };
    await answer(api.PUT(PATH, { params: { header }, body: connectionIn(values) }));
    await queries.invalidateQueries({ queryKey: [PATH] });
    onClose();
  }
  return (
    <Dialog title={t(base ? "sso.edit" : "sso.connect")} onClose={onClose} size="wide">
      <Form<SsoValues> rules={rules} values={valuesOf(base)} submit={save} action={t("common:save")} onCancel={onClose}>
        <TextField name="issuer" type="url" label={t("sso.issuer")} hint={t("sso.issuer_hint")} />
        <TextField name="client_id" label={t("sso.client_id")} />
        <Secret isStored={base?.client_secret != null} />
        <RoleField name="role" label={t("sso.role")} hint={t("sso.role_hint")} withoutOwner />
        <CheckField name="required" label={t("sso.required")} hint={t("sso.required_hint")} />
        <TextField name="mapping.claim" label={t("sso.claim")} hint={t("sso.claim_hint")} />
        <Rows name="mapping.rules" label={t("sso.rules")} empty={{ value: "", role: "member" }} most={MOST_RULES}>
          {(row) => (
            <>
              <TextField name={`${row}.value`} label={t("sso.value")} />
              <RoleField name={`${row}.role`} label={t("sso.role")} withoutOwner />
            </>
          )}
        </Rows>
      </Form>
    </Dialog>
  );
}

function Secret({ isStored }: { isStored: boolean }) {
  const { t } = useTranslation("organization");
  const isPublic = useFormContext<SsoValues>().watch("is_public");
  return (
    <>
      <CheckField name="is_public" label={t("sso.public")} />
      {!isPublic && (
        <TextField
          name="client_secret"
          type="password"
          autoComplete="off"
          label={t("sso.client_secret")}
          hint={isStored ? t("sso.secret_stays") : undefined}
        />
      )}
    </>
  );
}
