import { type ReactNode, useState } from "react";
import type { FieldValues } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { changes } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { Rules } from "@/forms/rules";
import { Dialog } from "@/ui/dialog";
import { useChange } from "./conflict";

interface Props<T extends { version: number }> {
  title: string;
  record: T;
  /** The fields that can be changed, with their labels. */
  labels: Readonly<Record<string, string>>;
  /** The rules of the operation that changes the record. */
  rules: Rules;
  /** Reads the record as it is now. */
  current: () => Promise<T>;
  /** Sends a merge patch for a version, and has the record read again. */
  send: (patch: Record<string, unknown>, version: number) => Promise<unknown>;
  onClose: () => void;
  /** The values of the form for a record, where they are not its fields. */
  values?: (record: T) => FieldValues;
  /** The fields of the record for the values of the form, where they are not the same. */
  fields?: (values: FieldValues) => FieldValues;
  size?: "normal" | "wide";
  children: ReactNode;
}

/** A form that changes a record. What another user has changed meanwhile is shown as a merge. */
export function ChangeDialog<T extends { version: number }>({ title, record, labels, rules, onClose, size, children, ...rest }: Props<T>) {
  const { t } = useTranslation();
  // Events may bring another version while the user types: a change begins at the version that was shown.
  const [base] = useState(record);
  const { change, dialog } = useChange<T>({ current: rest.current, send: rest.send, labels });
  const own = (shown: T): FieldValues =>
    Object.fromEntries(Object.keys(labels).map((field) => [field, (shown as FieldValues)[field] ?? ""]));

  async function save(values: FieldValues) {
    const fields = rest.fields?.(values) ?? values;
    if ((await change(base, changes(base, fields as Partial<T>))) === "done") onClose();
  }
  return (
    <Dialog title={title} onClose={onClose} size={size}>
      <Form rules={rules} values={rest.values?.(base) ?? own(base)} submit={save} action={t("save")} onCancel={onClose}>
        {children}
      </Form>
      {dialog}
    </Dialog>
  );
}
