import { useNavigate } from "@tanstack/react-router";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { NumberField, SelectField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { UsdField } from "@/forms/usd-field";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_budget";
import periods from "@/generated/values/BudgetPeriod";
import scopes from "@/generated/values/BudgetScope";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { parseUsd } from "@/ui/usd";
import { useApiKeys } from "./budget-scope";

type NewBudget = components["schemas"]["NewBudget"];

interface Values {
  scope: NewBudget["scope"];
  period: NewBudget["period"];
  project_id: string;
  prompt_id: string;
  api_key_id: string;
  hard_limit_nano_usd: string;
  soft_percent: number;
}

/** The field that names what a budget of a scope is for. */
const NAMED = { organization: undefined, project: "project_id", prompt: "prompt_id", api_key: "api_key_id" } as const;

export function CreateBudget({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("budgets");
  const navigate = useNavigate();
  async function create(values: Values) {
    const { scope, period, soft_percent } = values;
    const named = NAMED[scope];
    const hard_limit_nano_usd = parseUsd(values.hard_limit_nano_usd) ?? 0;
    const body = { scope, period, soft_percent, hard_limit_nano_usd, ...(named ? { [named]: values[named] } : {}) };
    const { id } = await answer(api.POST("/api/v1/budgets", { body }));
    toast(t("created_toast"));
    await navigate({ to: "/budgets/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<Values>
        rules={{ ...rules, project_id: { required: true }, prompt_id: { required: true }, api_key_id: { required: true } }}
        values={{ scope: "organization", period: "month", project_id: "", prompt_id: "", api_key_id: "", hard_limit_nano_usd: "", soft_percent: 80 }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <SelectField name="scope" label={t("scope")} options={scopes.map((value) => ({ value, label: t(`scopes.${value}`) }))} />
        <Named />
        <SelectField name="period" label={t("period")} hint={t("period_hint")} options={periods.map((value) => ({ value, label: t(`periods.${value}`) }))} />
        <LimitFields />
      </Form>
    </Dialog>
  );
}

function Named() {
  const { t } = useTranslation("budgets");
  const scope = useFormContext<Values>().watch("scope");
  const keys = useApiKeys(scope === "api_key");
  if (scope === "project") return <RecordField key={scope} name="project_id" kind="project" label={t("scopes.project")} />;
  if (scope === "prompt") return <RecordField key={scope} name="prompt_id" kind="prompt" label={t("scopes.prompt")} />;
  if (scope !== "api_key") return null;
  const options = keys.map(({ id, name, last_four }) => ({ value: id, label: `${name} …${last_four}` }));
  return <SelectField key={scope} name="api_key_id" label={t("scopes.api_key")} options={options} none={t("choose_key")} />;
}

export function LimitFields() {
  const { t } = useTranslation("budgets");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <UsdField name="hard_limit_nano_usd" label={t("hard_limit")} hint={t("hard_limit_hint")} />
      <NumberField name="soft_percent" label={t("soft_percent_field")} hint={t("soft_percent_hint")} />
    </div>
  );
}
