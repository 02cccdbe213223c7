import type { components } from "@/generated/api";

type Party = components["schemas"]["Party"];

const TEXTS = [
  "number", "name", "role", "vat_id", "tax_number", "registration", "language", "buyer_reference", "leitweg_id", "debtor_account",
  "creditor_account", "note",
] as const;
const GROUPS = {
  address: ["street", "additional", "postal_code", "city", "region", "country"],
  contact: ["name", "email", "phone"],
  bank_account: ["holder", "iban", "bic", "bank_name"],
} as const;

type Group = keyof typeof GROUPS;
export type PartyValues = Record<(typeof TEXTS)[number], string> & {
  payment_terms_days: number | "";
  consumer: boolean;
  dunning_blocked: boolean;
  archived: boolean;
  e_invoice_address: { scheme: string; id: string };
  unit_codes: { unit: string; replaced_by: string }[];
} & { [G in Group]: Record<(typeof GROUPS)[G][number], string> };

/** The fields that a form changes. */
export const PARTY_FIELDS: readonly string[] = [
  ...TEXTS, ...Object.keys(GROUPS), "payment_terms_days", "consumer", "dunning_blocked", "archived", "e_invoice_address", "unit_codes",
];

const texts = (record: object | null | undefined, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, (record as Record<string, string | null>)?.[name] ?? ""]));

export const partyValues = (party?: Party): PartyValues =>
  ({
    ...texts(party, TEXTS),
    ...Object.fromEntries(Object.entries(GROUPS).map(([group, names]) => [group, texts(party?.[group as Group], names)])),
    role: party?.role ?? "customer",
    payment_terms_days: party?.payment_terms_days ?? "",
    consumer: party?.consumer ?? false,
    dunning_blocked: party?.dunning_blocked ?? false,
    archived: party?.archived ?? false,
    e_invoice_address: texts(party?.e_invoice_address, ["scheme", "id"]),
    unit_codes: party?.unit_codes ?? [],
  }) as PartyValues;

type Groups = { [G in Group]: Record<string, string | null> };

const full = (group: Group, given: object | null): Record<string, string | null> =>
  Object.fromEntries(GROUPS[group].map((name) => [name, (given as Record<string, string | null> | null)?.[name]?.trim() || null]));

const groups = (of: { [G in Group]: object | null }): Groups => ({
  address: full("address", of.address),
  contact: full("contact", of.contact),
  bank_account: full("bank_account", of.bank_account),
});

/** A party with each value of its groups, so that two of them are compared value by value. */
export const complete = (party: Party) => ({ ...party, ...groups(party) });

/** The fields of a party for the values of its form. Within a group, an emptied value is `null`. */
export function partyFields(values: PartyValues): Record<string, unknown> {
  const { scheme, id } = values.e_invoice_address;
  return { ...values, ...groups(values), e_invoice_address: scheme || id ? { scheme, id } : "" };
}
