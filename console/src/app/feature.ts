import type { AnyRoute } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { Permission } from "@/api/session";
import type { Language } from "@/i18n";

export type Label = Readonly<Record<Language, string>>;

export const SECTIONS = {
  work: { en: "Work", de: "Arbeit" },
  money: { en: "Money", de: "Geld" },
  ai: { en: "AI", de: "KI" },
  operations: { en: "Operations", de: "Betrieb" },
  organization: { en: "Organization", de: "Organisation" },
} satisfies Record<string, Label>;

/** Something that the command palette offers besides the feature itself. */
export interface Command {
  label: Label;
  to: string;
  search?: Readonly<Record<string, string>>;
  permission?: Permission;
}

export interface Feature {
  /** The name of the folder in `screens`, and of its texts. */
  id: string;
  label: Label;
  icon: LucideIcon;
  to: string;
  section: keyof typeof SECTIONS;
  /** Who lacks it does not see the feature. */
  permission?: Permission;
  /** `g` and then this letter lead there. */
  shortcut?: string;
  commands?: readonly Command[];
  routes: readonly AnyRoute[];
}

/** Keeps the types of the routes, so that links are checked. */
export const feature = <const F extends Feature>(described: F): F => described;
