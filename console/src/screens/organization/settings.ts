import type { components } from "@/generated/api";

export type Organization = components["schemas"]["Organization"];
type Patch = components["schemas"]["OrganizationPatch"];

/** The name and the settings beside each other, as a merge compares them. */
export type Flat = { name: string; version: number } & components["schemas"]["OrganizationSettings"];

export const flat = ({ name, version, settings }: Organization): Flat => ({ name, version, ...settings });

/** The body that changes fields of `Flat`. */
export function bodyOf({ name, ...settings }: Record<string, unknown>): Patch {
  return {
    ...(name === undefined ? {} : { name: name as string }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** Objects of the settings that a patch replaces as a whole. */
export const WHOLES = ["e_invoice_address", "minimum"] as const;
