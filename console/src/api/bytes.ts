import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api, send } from "./client";
import { errorOf } from "./problem";

/** A query of the bytes of a path, for previews: they are held in memory. */
const bytesQuery = (path: string, version: string) =>
  queryOptions({
    // No path begins the key: an event of another record does not read the bytes again.
    queryKey: ["bytes", path, version] as const,
    queryFn: async ({ signal }): Promise<Blob> => {
      const response = await send(new Request(location.origin + path, { signal }));
      if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
      return response.blob();
    },
    // The bytes of a version never change.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** An address of the bytes of a path, as long as the component is shown. `type` is what the browser takes them for. */
export function useBytes(path: string, version: string, type?: string) {
  const { data, error, refetch } = useQuery(bytesQuery(path, version));
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!data) return undefined;
    const made = URL.createObjectURL(type ? data.slice(0, data.size, type) : data);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [data, type]);
  return { url, error, refetch };
}

/** Has the browser save the file of a path, of any size. */
export async function download(path: string): Promise<void> {
  const { url } = await answer(api.POST("/api/v1/tickets", { body: { path } }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
