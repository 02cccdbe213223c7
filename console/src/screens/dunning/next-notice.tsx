import { useMutation, useQuery } from "@tanstack/react-query";
import { MailWarning } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { ClaimView } from "./claim-view";
import { refreshNotices } from "./refresh";

type Preview = components["schemas"]["DunningNoticePreview"];

const dun = (id: string, dry_run: boolean) =>
  answer(api.POST("/api/v1/invoices/{id}/dunning-notices", { params: { path: { id }, query: { dry_run } } }));

/** What the next notice of an invoice would claim; the reason where there is none. */
export function NextNotice({ invoiceId }: { invoiceId: string }) {
  const { t } = useTranslation("dunning");
  const { data, error } = useQuery({ queryKey: ["next-notice", invoiceId], queryFn: () => dun(invoiceId, true) as Promise<Preview> });
  const making = useMutation({
    mutationFn: () => dun(invoiceId, false),
    onSuccess: async () => {
      toast(t("made"));
      await refreshNotices();
    },
  });
  if (error) {
    return error instanceof ApiError && error.status === 409 ? <Reason error={error} /> : <ProblemAlert error={error} />;
  }
  if (!data) return <SkeletonBlock lines={4} />;
  return (
    <div className="space-y-4">
      <ClaimView claim={data.claim} />
      <ProblemAlert error={making.error} />
      <Button kind="primary" busy={making.isPending} onClick={() => making.mutate()}>
        <MailWarning aria-hidden="true" />
        {t("make_one")}
      </Button>
    </div>
  );
}

/** Why there is no notice now, which is no failure. */
function Reason({ error: { message, code, requestId } }: { error: ApiError }) {
  const { t } = useTranslation("dunning");
  return (
    <>
      <p>{t("no_notice")} {message} <code className="text-sm">{code}</code></p>
      <p className="text-sm text-muted">{t("common:problem.request_id")} <code>{requestId}</code></p>
    </>
  );
}
