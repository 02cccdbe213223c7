import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/problem";
import { queries } from "@/api/queries";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { Progress } from "@/ui/progress";

/** An action on each of the chosen records. */
export interface BulkAction<T> {
  label: string;
  /** Asked before it begins: what happens to `count` records. */
  question: (count: number) => string;
  run: (row: T) => Promise<unknown>;
  isDangerous?: boolean;
}

interface Props<T> {
  action: BulkAction<T>;
  rows: readonly T[];
  name: (row: T) => string;
  path: string;
  onClose: (failed: readonly T[]) => void;
}

/** Asks, runs the action on one record after the other, and says which ones were refused. */
export function BulkDialog<T>({ action, rows: chosen, name, path, onClose }: Props<T>) {
  const { t } = useTranslation();
  // Rows leave the list, and its selection, while the action runs.
  const [rows] = useState(chosen);
  const [done, setDone] = useState<number>();
  const [refused, setRefused] = useState<{ row: T; error: unknown }[]>([]);
  const isOver = done === rows.length;
  const close = () => onClose(isOver ? refused.map(({ row }) => row) : rows);

  async function run() {
    for (const [index, row] of rows.entries()) {
      setDone(index);
      try {
        await action.run(row);
      } catch (error) {
        setRefused((before) => [...before, { row, error: asApiError(error) }]);
      }
    }
    setDone(rows.length);
    await queries.invalidateQueries({ predicate: ({ queryKey: [key] }) => String(key).startsWith(path) });
  }

  return (
    <Dialog title={action.label} onClose={close}>
      <div className="space-y-3" aria-live="polite">
        {done === undefined ? (
          <p>{action.question(rows.length)}</p>
        ) : (
          <>
            <Progress label={action.label} value={done} max={rows.length} />
            <p>{t("bulk.done", { done: done - refused.length, count: rows.length })}</p>
          </>
        )}
        {refused.map(({ row, error }) => (
          <div key={name(row)}>
            <p className="font-medium">{name(row)}</p>
            <ProblemAlert error={error} />
          </div>
        ))}
      </div>
      <Actions>
        <Button onClick={close}>{isOver ? t("close") : t("cancel")}</Button>
        {!isOver && (
          <Button
            kind={action.isDangerous ? "danger" : "primary"}
            busy={done !== undefined}
            onClick={() => void run()}
          >
            {action.label}
          </Button>
        )}
      </Actions>
    </Dialog>
  );
}
