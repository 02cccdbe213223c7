import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Page } from "@/app/page";
import { WithDefaults } from "@/business/defaults";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_contract";
import { useSearchState } from "@/records/search-state";
import { toast } from "@/ui/toast";
import { ContractFields } from "./contract-fields";
import { contractBody, type ContractValues, contractValues, newPosition } from "./contract-values";

export function CreateContract() {
  const { t } = useTranslation("contracts");
  const navigate = useNavigate();
  const [search] = useSearchState();
  async function create(values: ContractValues) {
    const body = withoutNulls(contractBody(values)) as components["schemas"]["NewContract"];
    const { id, title } = await answer(api.POST("/api/v1/contracts", { body }));
    toast(t("created_toast", { title }));
    await navigate({ to: "/contracts/$id", params: { id } });
  }
  const begin = { party_id: search.party_id ?? "", project_id: search.project_id ?? "" };
  return (
    <Page title={t("create")} back={{ to: "/contracts", label: t("title") }}>
      <WithDefaults>
        {({ currency, vat }) => (
          <Form<ContractValues>
            rules={rules}
            values={{ ...contractValues(begin, []), currency, positions: [newPosition(vat)] }}
            submit={create}
            action={t("common:create")}
            onCancel={() => void navigate({ to: "/contracts" })}
          >
            <ContractFields isDraft />
          </Form>
        )}
      </WithDefaults>
    </Page>
  );
}

const withoutNulls = (body: object) => filled(Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)));
