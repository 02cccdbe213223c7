import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { read } from "@/api/read";
import { Page } from "@/app/page";
import { type Defaults, WithDefaults } from "@/business/defaults";
import { newLine } from "@/business/lines";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_invoice";
import { useSearchState } from "@/records/search-state";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { InvoiceFields } from "./invoice-fields";
import { type InvoiceValues, invoiceValues, newInvoice } from "./invoice-values";

/** `?contract_id=`, `?party_id=`, `?project_id=` and `?direction=` fill the form. */
export function CreateInvoice() {
  const { t } = useTranslation("invoices");
  const [search] = useSearchState();
  const contractId = search.contract_id;
  const contract = useQuery({ ...read("/api/v1/contracts/{id}", { path: { id: contractId ?? "" } }), enabled: contractId !== undefined });
  return (
    <Page title={t("create")} back={{ to: "/invoices", label: t("title") }}>
      <ProblemAlert error={contract.error} onRetry={() => void contract.refetch()} />
      {contractId !== undefined && !contract.data ? (
        contract.isPending && <SkeletonBlock lines={12} />
      ) : (
        <WithDefaults>{(defaults) => <Editor begin={begin(defaults)} />}</WithDefaults>
      )}
    </Page>
  );

  function begin({ currency, vat }: Defaults): InvoiceValues {
    const of = contract.data;
    const isPayable = of ? of.role === "purchase" : search.direction === "payable";
    return {
      ...invoiceValues({
        direction: isPayable ? "payable" : "receivable",
        kind: of ? "partial" : "standard",
        contract_id: of?.id ?? null,
        party_id: of?.party_id ?? search.party_id ?? "",
        project_id: of?.project_id ?? search.project_id ?? null,
        currency: of?.value.currency ?? currency,
        ...(of ? { retention_basis_points: of.retention_basis_points } : {}),
      }),
      lines: of ? [] : [newLine(vat)],
    };
  }
}

function Editor({ begin }: { begin: InvoiceValues }) {
  const { t } = useTranslation("invoices");
  const navigate = useNavigate();
  async function create(values: InvoiceValues) {
    const { id } = await answer(api.POST("/api/v1/invoices", { body: newInvoice(values) }));
    toast(t("created_toast"));
    await navigate({ to: "/invoices/$id", params: { id } });
  }
  return (
    <Form<InvoiceValues> rules={rules} values={begin} submit={create} action={t("save_draft")} onCancel={() => void navigate({ to: "/invoices" })}>
      <InvoiceFields />
    </Form>
  );
}
