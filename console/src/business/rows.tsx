import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";

interface Props<T extends object> {
  /** The list in the body: `lines`. */
  name: string;
  /** What the list is. */
  label: string;
  /** The verb and the name of what is added. */
  add: string;
  /** A new row, after the last one. */
  row: (last: T | undefined) => T;
  most: number;
  /** Rows can change their places. */
  isOrdered?: boolean;
  /** Further buttons beside that which adds a row. */
  actions?: (append: (rows: T[]) => void) => ReactNode;
  children: (name: string, index: number) => ReactNode;
}

/** The rows of a list in a form: added, removed, and put in order. */
export function Rows<T extends object>({ name, label, add, row, most, isOrdered, actions, children }: Props<T>) {
  const { t } = useTranslation("business");
  const { getValues } = useFormContext();
  const { fields, append, remove, move } = useFieldArray({ name });
  return (
    <fieldset className="min-w-0 space-y-3">
      <legend className="mb-1 font-semibold">{label}</legend>
      <ol className="space-y-3">
        {fields.map(({ id }, index) => (
          <li key={id} className="rounded-md border border-line bg-page p-3">
            <div className="mb-2 flex items-center gap-1">
              <span className="mr-auto text-sm text-muted">{index + 1}</span>
              {isOrdered && (
                <>
                  <Button size="icon" kind="plain" disabled={index === 0} aria-label={t("rows.up", { number: index + 1 })} onClick={() => move(index, index - 1)}>
                    <ArrowUp aria-hidden="true" />
                  </Button>
                  <Button size="icon" kind="plain" disabled={index === fields.length - 1} aria-label={t("rows.down", { number: index + 1 })} onClick={() => move(index, index + 1)}>
                    <ArrowDown aria-hidden="true" />
                  </Button>
                </>
              )}
              <Button size="icon" kind="plain" aria-label={t("rows.remove", { number: index + 1 })} onClick={() => remove(index)}>
                <Trash2 aria-hidden="true" />
              </Button>
            </div>
            {children(`${name}.${index}`, index)}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button disabled={fields.length >= most} onClick={() => append(row((getValues(name) as T[]).at(-1)))}>
          <Plus aria-hidden="true" />
          {add}
        </Button>
        {actions?.((rows) => append(rows))}
      </div>
    </fieldset>
  );
}
