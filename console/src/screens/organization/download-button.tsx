import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import { meQuery } from "@/api/session";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";

/** Downloads the file of an export. The browser does it, because the file may be larger than the memory. */
export function DownloadButton({ id }: { id: string }) {
  const { t } = useTranslation("organization");
  const downloading = useMutation({
    mutationFn: async () => {
      // Reading anything with the session refreshes it; the download itself cannot.
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      location.assign(`/api/v1/organization/exports/${id}/content`);
    },
  });
  return (
    <>
      <Button size="small" busy={downloading.isPending} onClick={() => downloading.mutate()}>
        <Download aria-hidden="true" />
        {t("exports.download")}
      </Button>
      <ProblemAlert error={downloading.error} />
    </>
  );
}
