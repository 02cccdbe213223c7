import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordPicker } from "@/records/record-picker";
import { Button } from "@/ui/button";
import { Actions, Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { toast } from "@/ui/toast";
import { Day, Money } from "@/ui/values";
import { refreshNotices } from "./refresh";

type Run = components["schemas"]["DunningRun"];

const run = (dry_run: boolean, party_id: string | undefined): Promise<Run> =>
  answer(api.POST("/api/v1/dunning-runs", { params: { query: { dry_run, ...(party_id ? { party_id } : {}) } } })) as Promise<Run>;

/** Shows the notices that a run would make, and makes them. */
export function DunningRun({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("dunning");
  const [party, setParty] = useState<string>();
  const preview = useQuery({ queryKey: ["dunning-run", party], queryFn: () => run(true, party), gcTime: 0, staleTime: 0 });
  const making = useMutation({
    mutationFn: () => run(false, party),
    onSuccess: async ({ notices, has_more }) => {
      toast(t("run.done", { count: notices.length }));
      await refreshNotices();
      if (has_more) await preview.refetch();
      else onClose();
    },
  });
  const found = preview.data;
  return (
    <Dialog title={t("run.title")} onClose={onClose} size="wide">
      <div className="space-y-4">
        <p className="text-muted">{t("run.text")}</p>
        <Field label={t("run.party")} className="max-w-sm">
          {(control) => <RecordPicker control={control} kind="party" value={party} placeholder={t("run.all")} onChange={setParty} />}
        </Field>
        <div aria-live="polite" className="space-y-4">
          {preview.isPending && <SkeletonBlock lines={4} />}
          {found && found.notices.length === 0 && <p className="font-medium">{t("run.none")}</p>}
          {found && found.notices.length > 0 && <Notices notices={found.notices} />}
          {found && found.skipped.length > 0 && <Skipped skipped={found.skipped} />}
          {found?.has_more && <p>{t("run.more")}</p>}
        </div>
        <ProblemAlert error={preview.error ?? making.error} />
      </div>
      <Actions>
        <Button onClick={onClose}>{t("common:cancel")}</Button>
        <Button kind="primary" disabled={!found || found.notices.length === 0} busy={making.isPending} onClick={() => making.mutate()}>
          {t("run.make", { count: found?.notices.length ?? 0 })}
        </Button>
      </Actions>
    </Dialog>
  );
}

function Notices({ notices }: { notices: Run["notices"] }) {
  const { t } = useTranslation("dunning");
  return (
    <Table
      label={t("run.notices")}
      rows={notices}
      rowKey={({ invoice_id }) => invoice_id}
      columns={[
        { header: t("fields.invoice_id"), cell: ({ invoice_id }) => <span className="whitespace-nowrap"><RecordLink kind="invoice" id={invoice_id} /></span> },
        { header: t("fields.party_id"), cell: ({ party_id }) => <RecordLink kind="party" id={party_id} /> },
        { header: t("fields.level"), isNumber: true, cell: ({ level }) => level },
        { header: t("fields.overdue"), isNumber: true, cell: ({ overdue }) => <Money value={overdue} /> },
        { header: t("fields.interest"), isNumber: true, cell: ({ interest }) => <Money value={interest} /> },
        { header: t("fields.fees"), isNumber: true, cell: ({ fees }) => <Money value={fees} /> },
        { header: t("fields.lump_sum"), isNumber: true, cell: ({ lump_sum }) => <Money value={lump_sum} /> },
        { header: t("fields.total"), isNumber: true, cell: ({ total }) => <Money value={total} /> },
        { header: t("fields.pay_by"), cell: ({ pay_by }) => <Day value={pay_by} /> },
      ]}
    />
  );
}

function Skipped({ skipped }: { skipped: Run["skipped"] }) {
  const { t } = useTranslation("dunning");
  return (
    <details>
      <summary className="font-medium">{t("run.skipped", { count: skipped.length })}</summary>
      <ul className="mt-2 space-y-1">
        {skipped.map(({ invoice_id, code, detail }) => (
          <li key={invoice_id}>
            <RecordLink kind="invoice" id={invoice_id} />: {detail} <code className="text-sm text-muted">{code}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
