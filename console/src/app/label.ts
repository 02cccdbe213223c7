import { useTranslation } from "react-i18next";
import { languageOf } from "@/i18n";
import type { Label } from "./feature";

/** Labels of features in the language that is shown. */
export function useLabel(): (label: Label) => string {
  const { i18n } = useTranslation();
  return (label) => label[languageOf(i18n.language)];
}
