import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Params, read } from "@/api/read";
import { Combobox } from "@/ui/combobox";
import type { Control } from "@/ui/field";
import { useSettled } from "@/ui/use-settled";
import { idOf, type Kind, KINDS } from "./kinds";
import { useRecordName } from "./record-link";

const SHOWN = 20;
const ALL = 200;

interface Props {
  control: Control;
  kind: Kind;
  /** The identity of the chosen record. */
  value: string | null | undefined;
  placeholder?: string | undefined;
  /** Further parameters of the list: `{ status: ["active"] }`. */
  query?: object | undefined;
  onChange: (id: string | undefined, record: unknown) => void;
  onBlur?: () => void;
}

/** Chooses a record of a kind by its name. */
export function RecordPicker({ control, kind, value, placeholder, query, onChange, onBlur }: Props) {
  const { list, name, isSearchable } = KINDS[kind];
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const chosen = useRecordName(kind, value);
  const asked = isSearchable ? { limit: SHOWN, ...(q ? { q } : {}) } : { limit: ALL };
  const found = useQuery(read(list, { query: { ...query, ...asked } } as Params<typeof list>));
  const records: unknown[] = found.data?.data ?? [];
  const options = records
    .map((record) => ({ value: idOf(record), label: name(record), record }))
    .filter(({ label }) => isSearchable || label.toLocaleLowerCase().includes(q.toLocaleLowerCase()));
  return (
    <Combobox
      control={control}
      text={chosen ?? ""}
      options={options}
      isBusy={found.isPending}
      placeholder={placeholder}
      onSearch={setTyped}
      onChoose={(option) => onChange(option?.value, options.find((one) => one.value === option?.value)?.record)}
      onBlur={onBlur}
    />
  );
}
