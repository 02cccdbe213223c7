import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { Page } from "@/app/page";
import { changes } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_contract";
import { useChange } from "@/records/conflict";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { ContractFields } from "./contract-fields";
import { CONTRACT_FIELDS, contractBody, type ContractValues, contractValues } from "./contract-values";
import { positionsOf } from "./positions";

type Contract = components["schemas"]["Contract"];
type Position = components["schemas"]["ContractPosition"];

/** A contract with its positions, as it was when the user began. */
async function readBoth(id: string): Promise<{ contract: Contract; positions: Position[] }> {
  const [contract, positions] = await Promise.all([
    answer(api.GET("/api/v1/contracts/{id}", { params: { path: { id } } })),
    positionsOf(id),
  ]);
  return { contract, positions };
}

export function EditContract() {
  const { t } = useTranslation("contracts");
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error, refetch } = useQuery({
    queryKey: ["edit-contract", id],
    queryFn: () => readBoth(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Page title={t("edit")} back={{ to: `/contracts/${id}`, label: data?.contract.title ?? t("title") }}>
      {data ? <Editor {...data} /> : error ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : <SkeletonBlock lines={12} />}
    </Page>
  );
}

function Editor(shown: { contract: Contract; positions: Position[] }) {
  const { t } = useTranslation("contracts");
  const navigate = useNavigate();
  const [{ contract, positions }] = useState(shown);
  const { id } = contract;
  const leave = () => navigate({ to: "/contracts/$id", params: { id } });
  const stated = (record: Contract, rows: Position[]) => ({ ...contractBody(contractValues(record, rows)), version: record.version });
  const { change, dialog } = useChange({
    current: async () => {
      const now = await readBoth(id);
      return stated(now.contract, now.positions);
    },
    send: (body, version) =>
      answer(api.PATCH("/api/v1/contracts/{id}", { params: { path: { id }, header: ifMatch({ version }) }, body })),
    labels: Object.fromEntries(CONTRACT_FIELDS.map((field) => [field, t(`fields.${field}`)])),
  });
  async function save(values: ContractValues) {
    const base = stated(contract, positions);
    if ((await change(base, changes(base, contractBody(values)))) !== "done") return;
    await queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/contracts") });
    await leave();
  }
  return (
    <>
      <Form<ContractValues>
        rules={rules}
        values={contractValues(contract, positions)}
        submit={save}
        action={t("common:save")}
        onCancel={() => void leave()}
      >
        <ContractFields isDraft={contract.status === "draft"} />
      </Form>
      {dialog}
    </>
  );
}
