import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, send } from "@/api/client";
import { errorOf } from "@/api/problem";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { save } from "@/ui/save";

interface Props {
  path: string;
  params: { path?: object | undefined; query?: object | undefined };
  /** The name of the file, without its end. */
  name: string;
  children: ReactNode;
}

/** Saves all pages of a list as a CSV file, with the filters and the order that are shown. */
export function CsvButton({ path, params, name, children }: Props) {
  const { t } = useTranslation();
  const saving = useMutation({
    mutationFn: async () => {
      const get = api.GET as unknown as (path: string, options: object) => Promise<{ data?: Blob; error?: unknown; response: Response }>;
      const { data, error, response } = await get(path, { params, headers: { Accept: "text/csv" }, parseAs: "blob", fetch: send });
      if (!data) throw errorOf(response, error);
      save(data, `${name}.csv`);
    },
  });
  return (
    <>
      <Button size="icon" aria-label={t("list.csv")} title={t("list.csv")} busy={saving.isPending} onClick={() => saving.mutate()}>
        {children}
      </Button>
      {saving.error && (
        <Dialog title={t("list.csv")} onClose={saving.reset}>
          <ProblemAlert error={saving.error} />
        </Dialog>
      )}
    </>
  );
}
