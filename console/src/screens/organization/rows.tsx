import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldArray } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";

interface Props {
  /** The field of the form that has the list. */
  name: string;
  label: string;
  /** A new row. */
  empty: object;
  most: number;
  /** The fields of a row, whose names begin with the given one. */
  children: (row: string) => ReactNode;
}

/** A list of a form whose rows come and go. */
export function Rows({ name, label, empty, most, children }: Props) {
  const { t } = useTranslation("organization");
  const { fields, append, remove } = useFieldArray({ name });
  return (
    <fieldset className="rounded-lg border border-line bg-surface p-4">
      <legend className="px-1 font-semibold">{label}</legend>
      <ol className="space-y-4">
        {fields.map(({ id }, index) => (
          <li key={id} className="grid items-start gap-3 border-b border-line pb-4 sm:grid-cols-2 lg:grid-cols-3">
            {children(`${name}.${index}`)}
            <Button size="small" className="self-end justify-self-start" onClick={() => remove(index)}>
              <X aria-hidden="true" />
              {t("rows.remove", { label, number: index + 1 })}
            </Button>
          </li>
        ))}
      </ol>
      {fields.length < most && (
        <Button size="small" className="mt-3" onClick={() => append(empty)}>
          <Plus aria-hidden="true" />
          {t("rows.add", { label })}
        </Button>
      )}
    </fieldset>
  );
}
