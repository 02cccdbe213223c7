import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { columnVisibilityFeature, type RowSelectionState, rowSelectionFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, Columns3, Download } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Item, type ListPath, type Params, pages, type QueryOf } from "@/api/read";
import { useLive } from "@/api/use-live";
import { Button } from "@/ui/button";
import { CheckBox } from "@/ui/input";
import { Menu, MenuCheck } from "@/ui/menu";
import { ProblemAlert } from "@/ui/problem-alert";
import { Skeleton } from "@/ui/skeleton";
import { TableFrame, Td, Th } from "@/ui/table";
import { type BulkAction, BulkDialog } from "./bulk";
import { type Column, useColumnSet } from "./columns";
import { CsvButton } from "./csv-button";
import { type Filter, FilterControl, TypedFilter } from "./filters";
import { idOf } from "./kinds";
import { useSearchState } from "./search-state";

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

interface Props<P extends ListPath> {
  /** The name of the list: its set of columns is kept under it. */
  id: string;
  label: string;
  path: P;
  /** The parameters of the path, and those of the query that do not change. */
  params?: Params<P>;
  columns: readonly Column<Item<P>>[];
  /** The first column leads there. */
  rowLink?: (row: Item<P>) => LinkProps;
  /** The name of a record, for screen readers and messages. */
  rowName: (row: Item<P>) => string;
  filters?: readonly Filter[];
  /** The list takes `q`. */
  isSearchable?: boolean;
  bulk?: readonly BulkAction<Item<P>>[];
  /** The topics whose events change the list. */
  topics?: readonly string[];
  /** Reads again in this time, where no event tells of changes. */
  everyMs?: number;
  /** Shown when there is no record at all. */
  empty: ReactNode;
  /** The names in the address begin with it, where a screen has several lists. */
  prefix?: string;
}

/** A list of records: filters, search and order are in the address, pages follow one another by cursors. */
export function RecordTable<P extends ListPath>(props: Props<P>) {
  const { id, label, path, params, columns, rowLink, rowName, filters = [], bulk = [], topics = [], prefix = "" } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useSearchState();
  const [visibility, show] = useColumnSet(id, columns);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [action, setAction] = useState<BulkAction<Item<P>>>();
  useLive(topics);

  const value = (name: string) => search[prefix + name];
  const change = (parts: Record<string, string | undefined>) => {
    setSelection({});
    setSearch(Object.fromEntries(Object.entries(parts).map(([name, given]) => [prefix + name, given])));
  };
  const names = ["q", "sort", ...filters.flatMap(namesOf)];
  const chosen = Object.fromEntries(names.flatMap((name) => (value(name) ? [[name, value(name)]] : [])));
  const isFiltered = Object.keys(chosen).some((name) => name !== "sort");
  const query = { ...params?.query, ...listed(chosen, filters) } as QueryOf<P>;
  const list = useInfiniteQuery({
    ...pages(path, { ...params, query } as Params<P>),
    placeholderData: (before) => before,
    refetchInterval: props.everyMs,
  });

  const rows = useMemo(() => (list.data?.pages.flatMap((page) => page.data) ?? []) as Item<P>[], [list.data]);
  const table = useTable({
    features,
    data: rows as (Item<P> & object)[],
    columns: useMemo(() => columns.map(({ id: column }) => ({ id: column, accessorFn: () => undefined })), [columns]),
    getRowId: (row) => idOf(row) || rowName(row),
    state: { columnVisibility: visibility, rowSelection: selection },
    onRowSelectionChange: setSelection,
    enableRowSelection: bulk.length > 0,
  });
  const shown = columns.filter(({ id: column }) => table.getColumn(column)?.getIsVisible());
  const selected = table.getSelectedRowModel().rows.map((row) => row.original);
  const width = shown.length + (bulk.length > 0 ? 1 : 0);

  if (list.data && rows.length === 0 && !isFiltered && !list.isPlaceholderData) return props.empty;

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        {props.isSearchable && (
          <TypedFilter isSearch label={t("list.search")} value={value("q")} onChange={(q) => change({ q })} />
        )}
        {filters.map((filter) => (
          <FilterControl key={namesOf(filter).join()} filter={filter} value={value} onChange={change} />
        ))}
        {isFiltered && (
          <Button kind="plain" onClick={() => change(Object.fromEntries(names.map((name) => [name, undefined])))}>
            {t("list.clear")}
          </Button>
        )}
        <div className="ml-auto flex gap-2">
          <Menu trigger={<Button size="icon" aria-label={t("list.columns")}><Columns3 aria-hidden="true" /></Button>}>
            {columns.slice(1).map(({ id: column, header }) => (
              <MenuCheck key={column} checked={visibility[column] ?? true} onChange={(isOn) => show(column, isOn)}>
                {header}
              </MenuCheck>
            ))}
          </Menu>
          <CsvButton path={path} params={{ path: params?.path as object | undefined, query }} name={id}>
            <Download aria-hidden="true" />
          </CsvButton>
        </div>
      </div>

      {selected.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-2 rounded-md bg-tint px-3 py-2">
          <span>{t("list.selected", { count: selected.length })}</span>
          {bulk.map((one) => (
            <Button key={one.label} size="small" kind={one.isDangerous ? "danger" : "secondary"} onClick={() => setAction(one)}>
              {one.label}
            </Button>
          ))}
          <Button size="small" kind="plain" onClick={() => setSelection({})}>{t("list.select_none")}</Button>
        </div>
      )}

      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />

      {!(list.error && !list.data) && (
        <TableFrame label={label}>
          <thead>
            <tr>
              {bulk.length > 0 && (
                <Th className="w-8">
                  <CheckBox
                    aria-label={t("list.select_all")}
                    checked={table.getIsAllRowsSelected()}
                    onChange={table.getToggleAllRowsSelectedHandler()}
                  />
                </Th>
              )}
              {shown.map((column) => (
                <SortedTh key={column.id} column={column} sort={value("sort")} onSort={(sort) => change({ sort })} />
              ))}
            </tr>
          </thead>
          <tbody aria-busy={list.isPending || list.isPlaceholderData} className={list.isPlaceholderData ? "opacity-60" : undefined}>
            {list.isPending && <SkeletonRows width={width} />}
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id} className="hover:bg-tint">
                {bulk.length > 0 && (
                  <Td className="w-8">
                    <CheckBox
                      aria-label={t("list.select_one", { name: rowName(row.original) })}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </Td>
                )}
                {shown.map((column, index) => (
                  <Td key={column.id} isNumber={column.isNumber} className={index === 0 ? "whitespace-nowrap" : "min-w-28"}>
                    {index === 0 && rowLink ? (
                      <Link {...rowLink(row.original)} className="font-medium text-accent hover:underline">
                        {column.cell(row.original)}
                      </Link>
                    ) : (
                      column.cell(row.original)
                    )}
                  </Td>
                ))}
              </tr>
            ))}
            {list.data && rows.length === 0 && (
              <tr>
                <Td colSpan={width} className="py-8 text-center text-muted">{t("list.nothing_found")}</Td>
              </tr>
            )}
          </tbody>
        </TableFrame>
      )}

      {list.hasNextPage && (
        <div className="text-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("list.more")}</Button>
        </div>
      )}
      {action && (
        <BulkDialog
          action={action}
          rows={selected}
          name={rowName}
          path={path}
          onClose={(failed) => {
            setAction(undefined);
            setSelection(Object.fromEntries(failed.map((row) => [idOf(row) || rowName(row), true as const])));
          }}
        />
      )}
    </div>
  );
}

const namesOf = (filter: Filter): string[] => (filter.kind === "days" ? [filter.from, filter.until] : [filter.name]);

/** The parameters of the query: a set is a list in it. */
const listed = (chosen: Record<string, string | undefined>, filters: readonly Filter[]): object =>
  Object.fromEntries(
    Object.entries(chosen).map(([name, given]) => {
      const isSet = filters.some((filter) => filter.kind === "set" && filter.name === name);
      return [name, isSet ? given?.split(",") : given];
    }),
  );

interface SortedThProps<T> {
  column: Column<T>;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

/** A press sorts upwards, another one downwards, and a third one as the API does by itself. */
function SortedTh<T>({ column, sort, onSort }: SortedThProps<T>) {
  if (!column.sort) return <Th isNumber={column.isNumber}>{column.header}</Th>;
  const isUp = sort === column.sort;
  const isDown = sort === `-${column.sort}`;
  return (
    <Th isNumber={column.isNumber} aria-sort={isUp ? "ascending" : isDown ? "descending" : "none"}>
      <button
        type="button"
        className="inline-flex items-center gap-1 rounded font-medium hover:text-text"
        onClick={() => onSort(isUp ? `-${column.sort}` : isDown ? undefined : column.sort)}
      >
        {column.header}
        {isUp && <ArrowUp aria-hidden="true" className="size-3.5" />}
        {isDown && <ArrowDown aria-hidden="true" className="size-3.5" />}
      </button>
    </Th>
  );
}

const SkeletonRows = ({ width }: { width: number }) =>
  Array.from({ length: 8 }, (_, row) => (
    <tr key={row}>
      {Array.from({ length: width }, (__, cell) => (
        <Td key={cell}><Skeleton /></Td>
      ))}
    </tr>
  ));
