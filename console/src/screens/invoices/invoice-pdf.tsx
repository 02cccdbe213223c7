import { useMutation, useQuery } from "@tanstack/react-query";
import { Download, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, send } from "@/api/client";
import { ApiError, errorOf } from "@/api/problem";
import { useMay } from "@/api/session";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { save } from "@/ui/save";
import { SkeletonBlock } from "@/ui/skeleton";
import type { Invoice } from "./invoice-values";

const AGAIN_MS = 3000;
const isBeingMade = (error: unknown) => error instanceof ApiError && error.code === "invoice.not_rendered";

async function readPdf(id: string): Promise<Blob> {
  const response = await send(new Request(`${location.origin}/api/v1/invoices/${id}/pdf`));
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
  return response.blob();
}

/** The PDF of an issued invoice. It is made right after the issue, and never changes. */
export function InvoicePdf({ invoice: { id, number } }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: [`/api/v1/invoices/${id}/pdf`],
    queryFn: () => readPdf(id),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: (query) => (isBeingMade(query.state.error) ? AGAIN_MS : false),
  });
  const making = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/invoices/{id}/render", { params: { path: { id } } })),
    onSuccess: () => refetch(),
  });
  const url = useObjectUrl(data);
  if (isBeingMade(error)) return <div className="space-y-3"><p role="status">{t("pdf.being_made")}</p><SkeletonBlock lines={12} /></div>;
  if (error) {
    return (
      <div className="space-y-3">
        <ProblemAlert error={making.error ?? error} onRetry={() => void refetch()} />
        {may("invoice:issue") && (
          <Button busy={making.isPending} onClick={() => making.mutate()}>
            <RefreshCw aria-hidden="true" />
            {t("pdf.make")}
          </Button>
        )}
      </div>
    );
  }
  if (!data || !url) return <SkeletonBlock lines={12} />;
  return (
    <div className="space-y-3">
      <Button onClick={() => save(data, `${number ?? id}.pdf`)}>
        <Download aria-hidden="true" />
        {t("pdf.save")}
      </Button>
      <iframe src={url} title={t("pdf.title", { number })} className="h-[80dvh] w-full rounded-lg border border-line bg-surface" />
    </div>
  );
}

/** An address of bytes in this page. */
function useObjectUrl(bytes: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!bytes) return undefined;
    const made = URL.createObjectURL(bytes);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return url;
}
