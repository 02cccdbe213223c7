import { cloneElement, type ReactElement, type ReactNode, startTransition, useState } from "react";

interface Props {
  /** The button as long as its menu is not loaded. */
  button: ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu" | "dialog" }>;
  /** A lazy component that has the same button, and begins open. */
  children: ReactNode;
}

/** A button whose menu is loaded by the first press: menus are a fifth of the first load otherwise. */
export function Deferred({ button, children }: Props) {
  const [isWanted, setWanted] = useState(false);
  // The transition keeps the button until the menu is loaded.
  const load = () => startTransition(() => setWanted(true));
  return isWanted ? children : cloneElement(button, { onClick: load, "aria-haspopup": "menu" });
}
