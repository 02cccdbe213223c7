import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { send } from "@/api/client";
import { queries } from "@/api/queries";
import { useMe } from "@/api/session";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ProblemAlert } from "@/ui/problem-alert";
import { Progress } from "@/ui/progress";
import { Bytes } from "@/ui/values";
import { discard, nameBegin, uploadStorage } from "./transfer";
import { UNFINISHED, useUploads } from "./use-uploads";

const REFRESH_MS = 3000;

interface Unfinished {
  key: string;
  url: string;
  name: string;
  size: number;
  sent: number;
}

/** What the server still has of uploads that this browser has begun. It removes those without a request for a day. */
async function unfinished(organization: string): Promise<Unfinished[]> {
  const stored = (await uploadStorage?.findAllUploads()) ?? [];
  const own = stored.filter(({ urlStorageKey }) => urlStorageKey.startsWith(`tus::${nameBegin(organization)}`));
  const found = await Promise.all(
    own.map(async ({ urlStorageKey: key, uploadUrl: url, metadata, size }) => {
      const response = url && (await send(new Request(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } })));
      if (response && response.ok) {
        return [{ key, url, name: metadata.filename ?? "", size: size ?? 0, sent: Number(response.headers.get("Upload-Offset")) }];
      }
      if (!response || response.status === 404) await uploadStorage?.removeUpload(key);
      return [];
    }),
  );
  return found.flat();
}

/** Uploads that were cut by the end of the page. The same file, chosen again, goes on where it was. */
export function UnfinishedUploads() {
  const { t } = useTranslation("documents");
  const { organization_id } = useMe();
  const running = new Set(useUploads().map(({ file }) => `${file.name} ${file.size}`));
  const { data = [], error } = useQuery({
    queryKey: [...UNFINISHED, organization_id],
    queryFn: () => unfinished(organization_id),
    staleTime: Number.POSITIVE_INFINITY,
    // The server may not have stored yet what came before the page ended.
    refetchInterval: ({ state }) => (state.data?.length ? REFRESH_MS : false),
  });
  const discarding = useMutation({
    mutationFn: ({ key, url }: Unfinished) => discard(key, url),
    onSuccess: () => queries.invalidateQueries({ queryKey: UNFINISHED }),
  });
  const shown = data.filter(({ name, size }) => !running.has(`${name} ${size}`));
  if (shown.length === 0) return <ProblemAlert error={error} />;
  return (
    <Card title={t("unfinished.title")}>
      <p className="mb-3 text-muted">{t("unfinished.text")}</p>
      <ProblemAlert error={discarding.error} />
      <ul className="divide-y divide-line">
        {shown.map((upload) => (
          <li key={upload.key} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <span className="min-w-0 flex-1 wrap-anywhere">{upload.name}</span>
            <span className="text-sm text-muted">
              <Bytes value={upload.sent} /> / <Bytes value={upload.size} />
            </span>
            <Button size="small" busy={discarding.isPending} onClick={() => discarding.mutate(upload)}>
              {t("unfinished.discard")}
            </Button>
            <Progress label={upload.name} value={upload.sent} max={upload.size} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
