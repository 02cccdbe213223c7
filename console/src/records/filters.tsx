import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input, Select } from "@/ui/input";
import { Menu, MenuCheck } from "@/ui/menu";
import type { Kind } from "./kinds";
import { RecordPicker } from "./record-picker";

/** A filter of a list by a parameter of its query. */
export type Filter =
  /** Several values of a closed set. */
  | { kind: "set"; name: string; label: string; values: readonly string[]; text: (value: string) => string }
  /** One of several values; without one, the default of the API. */
  | { kind: "choice"; name: string; label: string; values: readonly string[]; text: (value: string) => string; none: string }
  /** Two parameters, of which the first is included and the second is not, unless it says so. */
  | { kind: "days"; from: string; until: string; label: string; isUntilIncluded?: boolean }
  /** A record of a kind, by its identity. */
  | { kind: "record"; name: string; label: string; of: Kind }
  /** The exact value of a field. */
  | { kind: "text"; name: string; label: string };

interface Props {
  filter: Filter;
  value: (name: string) => string | undefined;
  onChange: (change: Record<string, string | undefined>) => void;
}

export function FilterControl({ filter, value, onChange }: Props) {
  const { t } = useTranslation();
  if (filter.kind === "set") {
    const chosen = value(filter.name)?.split(",") ?? [];
    const toggle = (name: string, isOn: boolean) => {
      const next = filter.values.filter((other) => (other === name ? isOn : chosen.includes(other)));
      onChange({ [filter.name]: next.join(",") || undefined });
    };
    return (
      <Menu
        align="start"
        trigger={
          <Button>
            {filter.label}
            {chosen.length > 0 && <span className="rounded-full bg-tint px-1.5 text-sm">{chosen.length}</span>}
          </Button>
        }
      >
        {filter.values.map((name) => (
          <MenuCheck key={name} checked={chosen.includes(name)} onChange={(isOn) => toggle(name, isOn)}>
            {filter.text(name)}
          </MenuCheck>
        ))}
      </Menu>
    );
  }
  if (filter.kind === "choice") {
    return (
      <Field label={filter.label} hideLabel className="w-auto">
        {(control) => (
          <Select
            {...control}
            value={value(filter.name) ?? ""}
            onChange={(event) => onChange({ [filter.name]: event.target.value || undefined })}
          >
            <option value="">{filter.none}</option>
            {filter.values.map((name) => (
              <option key={name} value={name}>{filter.text(name)}</option>
            ))}
          </Select>
        )}
      </Field>
    );
  }
  if (filter.kind === "days") {
    return (
      <fieldset className="flex flex-wrap items-center gap-1">
        <legend className="sr-only">{filter.label}</legend>
        <span aria-hidden="true" className="text-sm text-muted">{filter.label}</span>
        {([["from", filter.from], [filter.isUntilIncluded ? "through" : "until", filter.until]] as const).map(([side, name]) => (
          <Input
            key={name}
            type="date"
            aria-label={`${filter.label}: ${t(`list.${side}`)}`}
            value={value(name) ?? ""}
            onChange={(event) => onChange({ [name]: event.target.value || undefined })}
            className="w-38!"
          />
        ))}
      </fieldset>
    );
  }
  if (filter.kind === "record") {
    return (
      <Field label={filter.label} hideLabel className="w-48">
        {(control) => (
          <RecordPicker
            control={control}
            kind={filter.of}
            placeholder={filter.label}
            value={value(filter.name)}
            onChange={(id) => onChange({ [filter.name]: id })}
          />
        )}
      </Field>
    );
  }
  return (
    <TypedFilter label={filter.label} value={value(filter.name)} onChange={(typed) => onChange({ [filter.name]: typed })} />
  );
}

const TYPED_MS = 300;

interface TypedProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  isSearch?: boolean;
}

/** A text that becomes a filter when the user stops typing. */
export function TypedFilter({ label, value, onChange, isSearch }: TypedProps) {
  const [typed, setTyped] = useState(value ?? "");
  const [sent, setSent] = useState(value ?? "");
  // Another address shows another value.
  if ((value ?? "") !== sent) {
    setSent(value ?? "");
    setTyped(value ?? "");
  }
  useEffect(() => {
    if (typed.trim() === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(typed.trim());
      onChange(typed.trim() || undefined);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, sent, onChange]);
  return (
    <Field label={label} hideLabel className={isSearch ? "relative w-56 max-w-full" : "w-40"}>
      {(control) => (
        <>
          {isSearch && <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-muted" />}
          <Input
            {...control}
            type={isSearch ? "search" : "text"}
            placeholder={label}
            maxLength={100}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className={isSearch ? "pl-8" : undefined}
            {...(isSearch ? { "data-shortcut": "search" } : {})}
          />
        </>
      )}
    </Field>
  );
}
