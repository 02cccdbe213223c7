import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { keyChanges } from "@/forms/bodies";
import { CheckField } from "@/forms/fields";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_model";
import { ChangeDialog } from "@/records/change-dialog";
import { jsonText } from "@/ui/diff";
import { ModelFields, TIMEOUTS } from "./model-fields";

type Model = components["schemas"]["Model"];
type Patch = components["schemas"]["ModelPatch"];

const FIELDS = ["name", "model_id", "base_url", "fallbacks", "status", ...TIMEOUTS] as const;

export function EditModel({ model, onClose }: { model: Model; onClose: () => void }) {
  const { t } = useTranslation("models");
  const path = { id: model.id };
  const [base] = useState(model);

  async function send({ config, ...patch }: Patch, version: number) {
    const body = config ? { ...patch, config: keyChanges(base.config, config) as NonNullable<Patch["config"]> } : patch;
    await answer(api.PATCH("/api/v1/models/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/models/{id}", { path }));
  }
  return (
    <ChangeDialog<Model>
      title={t("edit")}
      record={model}
      labels={{
        ...Object.fromEntries([...FIELDS, "config", "secret"].map((field) => [field, t(field)])),
        capabilities: t("capabilities.label"),
      }}
      rules={rules}
      current={() => queries.fetchQuery({ ...read("/api/v1/models/{id}", { path }), staleTime: 0 })}
      send={send}
      values={(shown) => ({
        ...Object.fromEntries(FIELDS.map((field) => [field, shown[field] ?? ""])),
        capabilities: shown.capabilities,
        config: jsonText(shown.config),
        secret: "",
        no_secret: false,
      })}
      // The secret that is shown is not the one that is stored.
      fields={({ config, secret, no_secret, ...fields }) => ({
        ...fields,
        config: parseJson(String(config)) ?? {},
        ...(no_secret ? { secret: null } : secret ? { secret } : {}),
      })}
      onClose={onClose}
    >
      <ModelFields kind={model.kind} secretHint={base.secret ? t("secret_kept", { secret: base.secret }) : t("secret_hint")} />
      {base.secret && <CheckField name="no_secret" label={t("no_secret")} />}
    </ChangeDialog>
  );
}
