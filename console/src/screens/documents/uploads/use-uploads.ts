import { useSyncExternalStore } from "react";
import { queries } from "@/api/queries";
import { type Entry, isOpen, Queue } from "./queue";
import { begin } from "./transfer";

/** The uploads of the page. They go on while other screens are shown. */
export const uploads = new Queue(begin);

addEventListener("online", () => uploads.wake());
addEventListener("beforeunload", (event) => {
  if (uploads.entries.some(isOpen)) event.preventDefault();
});

/** The key of what the server has of uploads that no page sends any more. */
export const UNFINISHED = ["unfinished-uploads"] as const;

let done = 0;
uploads.watch(() => {
  const now = uploads.entries.filter(({ state }) => state === "done").length;
  if (now > done) {
    void queries.invalidateQueries({ queryKey: UNFINISHED });
    void queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/documents") });
  }
  done = now;
});

/** Takes a file out, and what the server has of it. */
export async function removeUpload(id: number): Promise<void> {
  await uploads.remove(id);
  await queries.invalidateQueries({ queryKey: UNFINISHED });
}

export const useUploads = (): readonly Entry[] => useSyncExternalStore(uploads.watch, () => uploads.entries);
