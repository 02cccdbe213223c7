import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";

interface Toast {
  id: number;
  text: string;
  /** What takes the action back, where the API can. */
  undo?: (() => unknown) | undefined;
}

const SHOWN_MS = 8000;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let lastId = 0;

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const changed of listeners) changed();
}

const remove = (id: number) => set(toasts.filter((toast) => toast.id !== id));

/** Says for some seconds what was done. Errors are no toasts: they stay where they happened. */
export function toast(text: string, undo?: () => unknown): void {
  lastId += 1;
  const id = lastId;
  set([...toasts.slice(-2), { id, text, undo }]);
  setTimeout(() => remove(id), SHOWN_MS);
}

export function Toasts() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => toasts,
  );
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4">
      {shown.map(({ id, text, undo }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md animate-enter items-center gap-2 rounded-md border border-line bg-raised py-1.5 pr-1.5 pl-4 shadow-lg"
        >
          <span>{text}</span>
          {undo && (
            <Button
              size="small"
              onClick={() => {
                remove(id);
                void undo();
              }}
            >
              {t("undo")}
            </Button>
          )}
          <Button kind="plain" size="icon" aria-label={t("close")} onClick={() => remove(id)}>
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
    </div>
  );
}
