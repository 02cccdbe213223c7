import { useTranslation } from "react-i18next";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";

interface Props {
  label: string;
  /** How many versions there are: their numbers have no gaps. */
  versions: number;
  value: string;
  onChange: (value: string) => void;
}

export function VersionSelect({ label, versions, value, onChange }: Props) {
  const { t } = useTranslation("prompts");
  const numbers = Array.from({ length: versions }, (_, index) => String(versions - index));
  return (
    <Field label={label} className="w-60">
      {(control) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {numbers.map((number) => (
            <option key={number} value={number}>
              {number === String(versions) ? t("newest", { number }) : t("version", { number })}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
