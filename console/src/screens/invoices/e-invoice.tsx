import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { send } from "@/api/client";
import { errorOf } from "@/api/problem";
import profiles from "@/generated/values/EInvoiceProfile";
import syntaxes from "@/generated/values/XmlSyntax";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { ProblemAlert } from "@/ui/problem-alert";
import { save } from "@/ui/save";
import { SkeletonBlock } from "@/ui/skeleton";
import type { Invoice } from "./invoice-values";

// More of an e-invoice with files in it would make the page slow.
const SHOWN = 100_000;

async function readXml(id: string, query: string): Promise<string> {
  const response = await send(new Request(`${location.origin}/api/v1/invoices/${id}/xml?${query}`));
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
  return response.text();
}

/** The e-invoice in a syntax and a profile: shown, and saved. */
export function EInvoice({ invoice: { id, number }, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const [syntax, setSyntax] = useState<string>("cii");
  const [profile, setProfile] = useState<string>("en16931");
  const query = new URLSearchParams({ syntax, profile }).toString();
  const { data, error, refetch } = useQuery({ queryKey: ["e-invoice", id, query], queryFn: () => readXml(id, query), gcTime: 0 });
  const saving = useMutation({
    mutationFn: async () => save(new Blob([data ?? ""], { type: "application/xml" }), `${number ?? id}-${syntax}.xml`),
  });
  const choice = (label: string, value: string, values: readonly string[], choose: (value: string) => void, kind: string) => (
    <Field label={label} className="w-56">
      {(control) => (
        <Select {...control} value={value} onChange={(event) => choose(event.target.value)}>
          {values.map((one) => (
            <option key={one} value={one}>{t(`xml.${kind}.${one}`)}</option>
          ))}
        </Select>
      )}
    </Field>
  );
  return (
    <Dialog title={t("xml.title")} onClose={onClose} size="wide">
      <div className="space-y-3">
        <div className="flex flex-wrap items-end gap-3">
          {choice(t("xml.syntax"), syntax, syntaxes, setSyntax, "syntaxes")}
          {choice(t("xml.profile"), profile, profiles, setProfile, "profiles")}
          <Button disabled={!data} onClick={() => saving.mutate()}>
            <Download aria-hidden="true" />
            {t("xml.save")}
          </Button>
        </div>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {!data && !error && <SkeletonBlock />}
        {data && (
          <pre tabIndex={0} aria-label={t("xml.title")} className="max-h-[50dvh] overflow-auto rounded-md border border-line bg-page p-3 font-mono text-sm">
            {data.slice(0, SHOWN)}
          </pre>
        )}
      </div>
    </Dialog>
  );
}
