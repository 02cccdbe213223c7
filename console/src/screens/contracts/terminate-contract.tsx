import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { today } from "@/business/days";
import { DateField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/terminate_contract";
import { Dialog } from "@/ui/dialog";
import { refreshContracts } from "./contract-actions";

export function TerminateContract({ contract, onClose }: { contract: components["schemas"]["Contract"]; onClose: () => void }) {
  const { t } = useTranslation("contracts");
  async function terminate(body: components["schemas"]["ContractTermination"]) {
    const params = { path: { id: contract.id }, header: ifMatch(contract) };
    await answer(api.POST("/api/v1/contracts/{id}/terminate", { params, body }));
    await refreshContracts();
    onClose();
  }
  return (
    <Dialog title={t("terminate.title")} onClose={onClose}>
      <Form<components["schemas"]["ContractTermination"]>
        rules={rules}
        values={{ terminated_on: today(), reason: "" }}
        submit={terminate}
        action={t("terminate.run")}
        isDangerous
        onCancel={onClose}
      >
        <p>{t("terminate.text")}</p>
        <DateField name="terminated_on" label={t("terminate.on")} />
        <TextField name="reason" label={t("terminate.reason")} />
      </Form>
    </Dialog>
  );
}
