import { X } from "lucide-react";
import { createContext, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { classes } from "./classes";

const Layer = createContext<HTMLElement | null>(null);

/** The element that menus open in: the dialog around them, which is above the rest of the page, or the screen. */
export const useLayer = (): HTMLElement | undefined =>
  useContext(Layer) ?? document.getElementById("main") ?? undefined;

interface Props {
  title: string;
  /** Called by Escape, the cross and a press beside the dialog. */
  onClose: () => void;
  children: ReactNode;
  size?: "normal" | "wide";
}

/** A dialog while it is rendered. The browser keeps the focus in it and returns it afterwards. */
export function Dialog({ title, onClose, children, size = "normal" }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [element, setElement] = useState<HTMLDialogElement | null>(null);
  useEffect(() => {
    if (!element) return undefined;
    element.showModal();
    element.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
    return () => element.close();
  }, [element]);
  return (
    <dialog
      ref={setElement}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === element && onClose()}
      className={classes(
        "m-auto max-h-[92dvh] w-[calc(100vw-1.5rem)] overflow-visible rounded-lg border border-line bg-raised p-0 text-text shadow-xl",
        size === "wide" ? "max-w-4xl" : "max-w-lg",
      )}
    >
      <Layer value={element}>
        <div className="flex max-h-[92dvh] animate-enter flex-col">
          <header className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-4">
            <h2 id={id} className="text-lg font-semibold">{title}</h2>
            <Button kind="plain" size="icon" aria-label={t("close")} onClick={onClose}>
              <X aria-hidden="true" />
            </Button>
          </header>
          <div className="overflow-y-auto p-4">{children}</div>
        </div>
      </Layer>
    </dialog>
  );
}

/** The row of buttons at the end of a dialog or a form. */
export const Actions = ({ children }: { children: ReactNode }) => (
  <div className="mt-4 flex flex-wrap justify-end gap-2">{children}</div>
);
