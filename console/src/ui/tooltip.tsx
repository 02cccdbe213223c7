import * as Radix from "@radix-ui/react-tooltip";
import type { ReactNode } from "react";
import { useLayer } from "./dialog";

/** A text for the control that has the pointer or the focus. It repeats nothing that is needed. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  const layer = useLayer();
  return (
    <Radix.Provider delayDuration={400}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={layer}>
          <Radix.Content
            sideOffset={4}
            collisionPadding={8}
            className="z-50 max-w-xs animate-enter rounded bg-text px-2 py-1 text-sm text-page"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
