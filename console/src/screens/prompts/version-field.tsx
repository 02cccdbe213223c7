import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { SelectField } from "@/forms/fields";

/** A version as it is chosen: by its number, by a label, or by neither. A label has a letter. */
export function chosenVersion(text: string): { version?: number; label?: string } {
  if (text === "") return {};
  return /^\d+$/.test(text) ? { version: Number(text) } : { label: text };
}

const SHOWN = 100;

/** A field of a form that names a version of a prompt; `chosenVersion` reads its value. */
export function VersionField({ name, label, promptId }: { name: string; label: string; promptId: string }) {
  const { t } = useTranslation("prompts");
  const path = { id: promptId };
  const labels = useQuery(read("/api/v1/prompts/{id}/labels", { path }));
  const versions = useQuery(read("/api/v1/prompts/{id}/versions", { path, query: { limit: SHOWN } }));
  const options = [
    ...(labels.data?.data ?? []).map((one) => ({ value: one.label, label: t("labelled", { label: one.label, number: one.version }) })),
    { value: "latest", label: t("latest") },
    ...(versions.data?.data ?? []).map(({ version, message }) => ({
      value: String(version),
      label: message ? `${version} · ${message}` : t("version", { number: version }),
    })),
  ];
  return <SelectField name={name} label={label} options={options} none={t("production_or_newest")} />;
}
