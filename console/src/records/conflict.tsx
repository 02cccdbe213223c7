import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/problem";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";
import { TableFrame, Td, Th } from "@/ui/table";
import { type Difference, differences, merged, proposal } from "./merge";

type Json = Record<string, unknown>;

interface Options<T extends { version: number }> {
  /** Reads the record as it is now. */
  current: () => Promise<T>;
  /** Sends a patch for a version. */
  send: (patch: Json, version: number) => Promise<unknown>;
  /** The names of the fields that can be changed. */
  labels: Readonly<Record<string, string>>;
}

type Result = "done" | "left";

interface Conflict<T> {
  base: T;
  patch: Json;
  theirs: T;
  settle: (result: Result | Promise<Result>) => void;
}

/**
 * Changes a record. When another user has changed it meanwhile (412, 428), both versions are shown, and the
 * user chooses for each field. `change` ends when the record is changed, or when the user leaves the dialog;
 * it throws when the change is refused. `dialog` is to be rendered.
 */
export function useChange<T extends { version: number }>({ current, send, labels }: Options<T>) {
  const [conflict, setConflict] = useState<Conflict<T>>();

  async function change(base: T, patch: Json): Promise<Result> {
    if (Object.keys(patch).length === 0) return "done";
    try {
      await send(patch, base.version);
      return "done";
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 412 && error.status !== 428)) throw error;
      const theirs = await current();
      return new Promise((settle) => setConflict({ base, patch, theirs, settle }));
    }
  }

  const close = (result: Result) => {
    conflict?.settle(result);
    setConflict(undefined);
  };

  const dialog: ReactNode = conflict && (
    <ConflictDialog
      labels={labels}
      patch={conflict.patch}
      found={differences(conflict.base as Json, conflict.patch, conflict.theirs as Json, Object.keys(labels))}
      onClose={() => close("left")}
      onChosen={(patch) => {
        setConflict(undefined);
        conflict.settle(change(conflict.theirs, patch));
      }}
    />
  );
  return { change, dialog };
}

interface DialogProps {
  labels: Readonly<Record<string, string>>;
  patch: Json;
  found: readonly Difference[];
  onClose: () => void;
  onChosen: (patch: Json) => void;
}

function ConflictDialog({ labels, patch, found, onClose, onChosen }: DialogProps) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState(() => proposal(found, patch));
  return (
    <Dialog title={t("conflict.title")} onClose={onClose} size="wide">
      <p className="mb-4">{t("conflict.explanation")}</p>
      <TableFrame label={t("conflict.title")}>
        <thead>
          <tr>
            {["field", "base", "theirs", "mine"].map((name) => (
              <Th key={name}>{t(`conflict.${name}`)}</Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.map((difference) => {
            const { field } = difference;
            return (
              <tr key={field} className={difference.isConflict ? "bg-warn-tint" : undefined}>
                <Td>{labels[field] ?? field}</Td>
                <Td className="text-muted"><Value value={difference.base} /></Td>
                {(["theirs", "mine"] as const).map((side) => (
                  <Td key={side}>
                    <label className="flex items-start gap-2">
                      <input
                        type="radio"
                        name={`conflict-${field}`}
                        checked={choices[field] === side}
                        onChange={() => setChoices({ ...choices, [field]: side })}
                        className="mt-1 accent-accent"
                      />
                      <span className="sr-only">{t(`conflict.${side}`)}: </span>
                      <Value value={difference[side]} />
                    </label>
                  </Td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
      <Actions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="primary" onClick={() => onChosen(merged(found, choices))}>{t("conflict.save")}</Button>
      </Actions>
    </Dialog>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === "") return <span className="text-muted">–</span>;
  return <span className="whitespace-pre-wrap wrap-anywhere">{typeof value === "string" ? value : JSON.stringify(value, null, 1)}</span>;
}
