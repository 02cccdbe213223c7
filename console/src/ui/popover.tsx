import * as Radix from "@radix-ui/react-popover";
import type { ReactNode } from "react";
import { useLayer } from "./dialog";

interface Props {
  /** The button that opens it. */
  trigger: ReactNode;
  label: string;
  children: ReactNode;
  align?: "start" | "end";
  startsOpen?: boolean;
}

export function Popover({ trigger, label, children, align = "end", startsOpen }: Props) {
  const layer = useLayer();
  return (
    <Radix.Root defaultOpen={startsOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content
          align={align}
          aria-label={label}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-1rem)] animate-enter overflow-y-auto rounded-md border border-line bg-raised p-3 shadow-lg"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const PopoverClose = Radix.Close;
