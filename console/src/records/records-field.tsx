import { ArrowUp, X } from "lucide-react";
import type { ReactNode } from "react";
import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useField } from "@/forms/form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import type { Kind } from "./kinds";
import { useRecordName } from "./record-link";
import { RecordPicker } from "./record-picker";

interface Props {
  /** The field of the body that has the identities: `fallbacks`. */
  name: string;
  label: string;
  kind: Kind;
  query?: object;
  hint?: ReactNode;
  /** Their order means something. */
  isOrdered?: boolean;
}

/** A field of a form that names several records. */
export function RecordsField({ name, label, kind, query, hint, isOrdered }: Props) {
  const { rule, error, validate } = useField(name);
  const { field } = useController({ name, rules: { validate } });
  const ids = field.value as string[];
  const isFull = rule.maxItems !== undefined && ids.length >= rule.maxItems;
  return (
    <Field label={label} hint={hint} error={error} required={rule.required}>
      {(control) => (
        <>
          {ids.length > 0 && (
            <ol className="space-y-1">
              {ids.map((id, at) => (
                <Chosen
                  key={id}
                  kind={kind}
                  id={id}
                  onUp={isOrdered && at > 0 ? () => field.onChange(ids.with(at, ids[at - 1] ?? id).with(at - 1, id)) : undefined}
                  onRemove={() => field.onChange(ids.filter((other) => other !== id))}
                />
              ))}
            </ol>
          )}
          {!isFull && (
            <RecordPicker
              control={control}
              kind={kind}
              query={query}
              value={undefined}
              onBlur={field.onBlur}
              onChange={(id) => id && !ids.includes(id) && field.onChange([...ids, id])}
            />
          )}
        </>
      )}
    </Field>
  );
}

interface ChosenProps {
  kind: Kind;
  id: string;
  onUp: (() => void) | undefined;
  onRemove: () => void;
}

function Chosen({ kind, id, onUp, onRemove }: ChosenProps) {
  const { t } = useTranslation("records");
  const name = useRecordName(kind, id) ?? "…";
  return (
    <li className="flex items-center gap-1 rounded-md bg-tint pl-2.5">
      <span className="min-w-0 flex-1 wrap-anywhere">{name}</span>
      {onUp && (
        <Button kind="plain" size="icon" aria-label={t("chosen.up", { name })} onClick={onUp}>
          <ArrowUp aria-hidden="true" />
        </Button>
      )}
      <Button kind="plain" size="icon" aria-label={t("chosen.remove", { name })} onClick={onRemove}>
        <X aria-hidden="true" />
      </Button>
    </li>
  );
}
