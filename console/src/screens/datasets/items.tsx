import { History, Plus, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { Time } from "@/ui/values";
import { ImportItems } from "./import-items";
import { NewItem } from "./item-forms";
import { ItemDialog } from "./item-dialog";

/** The items that a dataset has, or had at a moment. */
export function Items({ dataset }: { dataset: components["schemas"]["Dataset"] }) {
  const { t } = useTranslation("datasets");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const close = () => setSearch({ dialog: undefined, item: undefined });
  const { id } = dataset;
  const at = search.at && !Number.isNaN(Date.parse(search.at)) ? new Date(search.at).toISOString() : undefined;
  const mayChange = may("dataset:update") && !at;
  const actions = mayChange && (
    <>
      <Button onClick={() => setSearch({ dialog: "import" })}>
        <Upload aria-hidden="true" />
        {t("import.action")}
      </Button>
      <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "item" })}>
        <Plus aria-hidden="true" />
        {t("item.add")}
      </Button>
    </>
  );
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <Field label={t("at")} hint={at ? t("at_shown") : undefined} className="w-60">
          {(control) => (
            <Input {...control} type="datetime-local" value={search.at ?? ""} onChange={({ target }) => setSearch({ at: target.value || undefined })} />
          )}
        </Field>
        <div className="flex flex-wrap gap-2">{actions}</div>
      </div>
      <RecordTable
        key={at}
        id="dataset-items"
        prefix="items_"
        label={t("items")}
        path="/api/v1/datasets/{id}/items"
        params={{ path: { id }, query: at ? { at } : {} }}
        topics={["datasets"]}
        rowLink={(item) => ({ to: "/datasets/$id", params: { id }, search: ((before: object) => ({ ...before, item: item.id })) as never })}
        rowName={(item) => item.id}
        columns={[
          { id: "input", header: t("item.input"), cell: ({ input }) => <Short value={input} /> },
          { id: "expected", header: t("item.expected"), cell: ({ expected }) => <Short value={expected} /> },
          { id: "metadata", header: t("item.metadata"), cell: ({ metadata }) => <Short value={metadata} />, isHidden: true },
          { id: "valid_from", header: t("item.valid_from"), cell: ({ valid_from }) => <Time value={valid_from} />, sort: "added" },
        ]}
        bulk={
          mayChange
            ? [
                {
                  label: t("item.remove"),
                  question: (count) => t("item.remove_bulk", { count }),
                  isDangerous: true,
                  run: (item) => answer(api.DELETE("/api/v1/dataset-items/{id}", { params: { path: { id: item.id } } })),
                },
              ]
            : []
        }
        empty={
          at ? (
            <EmptyState title={t("empty_at")}><History aria-hidden="true" className="mx-auto size-6" /></EmptyState>
          ) : (
            <EmptyState
              title={t("item.empty")}
              example={{
                method: "POST",
                path: `/api/v1/datasets/${id}/items`,
                body: { input: { text: "The crane stands since Monday." }, expected: "The crane has stood still since Monday." },
              }}
            >
              {t("item.empty_text")}
            </EmptyState>
          )
        }
      />
      {search.dialog === "item" && <NewItem datasetId={id} onClose={close} />}
      {search.dialog === "import" && <ImportItems datasetId={id} onClose={close} />}
      {search.item && <ItemDialog id={search.item} onClose={close} />}
    </div>
  );
}

const SHOWN = 120;

/** The beginning of a JSON value; a text as it is. */
function Short({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="text-muted">–</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return <span className="block max-w-96 min-w-56 font-mono text-sm whitespace-normal wrap-anywhere">{short}</span>;
}
