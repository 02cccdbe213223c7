import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";
import { useLayer } from "./dialog";

const ITEM =
  "flex cursor-pointer items-center gap-2 rounded px-2.5 py-1.5 outline-none select-none data-disabled:opacity-55 " +
  "data-highlighted:bg-tint [&_svg]:size-4";

interface Props {
  /** The button that opens the menu. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  startsOpen?: boolean;
}

/** A menu. It is not modal: a modal one would insert a style, which the page's policy refuses. */
export function Menu({ trigger, children, align = "end", startsOpen }: Props) {
  const layer = useLayer();
  return (
    <Radix.Root modal={false} defaultOpen={startsOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 animate-enter overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-lg"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ItemProps {
  onSelect?: () => void;
  disabled?: boolean;
  isDangerous?: boolean;
  /** The only child, such as a `Link`, is the item. */
  asChild?: boolean;
  children: ReactNode;
}

export const MenuItem = ({ isDangerous, ...rest }: ItemProps) => (
  <Radix.Item {...rest} className={isDangerous ? `${ITEM} text-bad` : ITEM} />
);

interface ChoicesProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** A part of a menu in which one of several is chosen. */
export function MenuChoices<T extends string>({ label, value, options, onChange }: ChoicesProps<T>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(chosen) => onChange(chosen as T)}>
      <Radix.Label className="px-2.5 pt-2 pb-1 text-sm text-muted">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={`${ITEM} pl-7`}>
          <Radix.ItemIndicator className="absolute ml-[-1.1rem]">✓</Radix.ItemIndicator>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

/** An item that is on or off. The menu stays open. */
export const MenuCheck = ({ checked, onChange, children }: CheckProps) => (
  <Radix.CheckboxItem
    checked={checked}
    onCheckedChange={onChange}
    onSelect={(event) => event.preventDefault()}
    className={`${ITEM} pl-7`}
  >
    <Radix.ItemIndicator className="absolute ml-[-1.1rem]">✓</Radix.ItemIndicator>
    {children}
  </Radix.CheckboxItem>
);

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
