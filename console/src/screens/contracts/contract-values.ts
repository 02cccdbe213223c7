import { type LineValues, lineBody, newLine } from "@/business/lines";
import { parsePercent, percentText } from "@/business/numbers";
import { type VatValues, vatValues } from "@/business/vat-values";
import type { components } from "@/generated/api";

type Contract = components["schemas"]["Contract"];
type Position = components["schemas"]["ContractPosition"];
type NewPosition = components["schemas"]["NewContractPosition"];

export type PositionValues = Omit<LineValues, "discount" | "contract_position"> & { changes_position: string };

const TEXTS = ["title", "number", "role", "party_id", "project_id", "document_id", "currency", "signed_at", "starts_on", "ends_on", "note"] as const;
export type ContractValues = Record<(typeof TEXTS)[number], string> & { retention_basis_points: string; positions: PositionValues[] };

export const CONTRACT_FIELDS = [...TEXTS, "retention_basis_points", "positions"] as const;

export function newPosition(of: VatValues): PositionValues {
  const { text, quantity, unit, unit_price, vat } = newLine(of);
  return { text, quantity, unit, unit_price, vat, changes_position: "" };
}

export const contractValues = (contract: Partial<Contract>, positions: readonly Position[]): ContractValues =>
  ({
    ...Object.fromEntries(TEXTS.map((name) => [name, (contract as Record<string, unknown>)[name] ?? ""])),
    role: contract.role ?? "sale",
    currency: contract.value?.currency ?? "EUR",
    retention_basis_points: percentText(contract.retention_basis_points ?? 0),
    positions: positions.map(({ text, quantity, unit, unit_price, vat, changes_position }) => ({
      text,
      quantity,
      unit,
      unit_price,
      vat: vatValues(vat),
      changes_position: changes_position === null ? "" : String(changes_position),
    })),
  }) as ContractValues;

export function positionBody({ changes_position, ...line }: PositionValues, currency: string): NewPosition {
  const { text, quantity, unit, unit_price, vat } = lineBody({ ...line, discount: "", contract_position: "" }, currency);
  return { text, quantity, unit, unit_price, vat, ...(changes_position ? { changes_position: Number(changes_position) } : {}) };
}

/** All that a form states of a contract, in the form of the API; `null` is an empty field. */
export const contractBody = (values: ContractValues) => ({
  ...Object.fromEntries(TEXTS.map((name) => [name, values[name].trim() || null])),
  retention_basis_points: parsePercent(values.retention_basis_points) ?? 0,
  positions: values.positions.map((position) => positionBody(position, values.currency)),
});
