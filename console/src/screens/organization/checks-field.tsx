import { useController } from "react-hook-form";
import { useField } from "@/forms/form";
import { CheckBox } from "@/ui/input";

interface Props {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

/** Chooses several of a closed set. */
export function ChecksField({ name, label, options }: Props) {
  const { error } = useField(name);
  const { field } = useController({ name });
  const chosen = field.value as string[];
  const change = (value: string, isOn: boolean) =>
    field.onChange(options.map((option) => option.value).filter((one) => (one === value ? isOn : chosen.includes(one))));
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex items-center gap-2">
            <CheckBox checked={chosen.includes(option.value)} onChange={(event) => change(option.value, event.target.checked)} />
            {option.label}
          </label>
        ))}
      </div>
      {error && <p role="alert" className="text-sm text-bad">{error}</p>}
    </fieldset>
  );
}
