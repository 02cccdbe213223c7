import type { ReactNode } from "react";
import { classes } from "./classes";

/**
 * The frame of a table that is wider than the screen: it is scrolled by itself, also by the keyboard. What is
 * placed absolutely in it, such as the hidden label of a field, makes the page no wider.
 */
export const TableFrame = ({ label, children }: { label: string; children: ReactNode }) => (
  <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto rounded-lg border border-line bg-surface">
    <table className="w-full border-collapse text-left">{children}</table>
  </div>
);

export const Th = ({ isNumber, className, ...rest }: React.ComponentProps<"th"> & { isNumber?: boolean }) => (
  <th
    scope="col"
    {...rest}
    className={classes("px-3 py-2 text-sm font-medium whitespace-nowrap text-muted", isNumber && "text-right", className)}
  />
);

export const Td = ({ isNumber, className, ...rest }: React.ComponentProps<"td"> & { isNumber?: boolean }) => (
  <td {...rest} className={classes("border-t border-line px-3 py-2", isNumber && "text-right tabular-nums", className)} />
);

interface Column<T> {
  header: string;
  cell: (row: T) => ReactNode;
  isNumber?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
}

/** A short table without pages. Lists of records are a `RecordTable`. */
export function Table<T>({ label, columns, rows, rowKey }: Props<T>) {
  return (
    <TableFrame label={label}>
      <thead>
        <tr>
          {columns.map(({ header, isNumber }) => (
            <Th key={header} isNumber={isNumber ?? false}>{header}</Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ header, cell, isNumber }) => (
              <Td key={header} isNumber={isNumber ?? false}>{cell(row)}</Td>
            ))}
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
