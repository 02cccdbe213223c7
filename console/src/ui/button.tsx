import { Slot } from "@radix-ui/react-slot";
import type { ComponentProps } from "react";
import { classes } from "./classes";

const KINDS = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-edge bg-surface text-text hover:bg-tint",
  danger: "bg-bad text-page hover:bg-bad-strong",
  plain: "text-text hover:bg-tint",
};

const SIZES = {
  normal: "min-h-9 px-3.5 py-1.5",
  small: "min-h-7 px-2.5 py-1 text-sm",
  icon: "size-9",
};

interface Props extends ComponentProps<"button"> {
  kind?: keyof typeof KINDS;
  size?: keyof typeof SIZES;
  /** Gives the look to the only child, such as a `Link`. */
  asChild?: boolean;
  /** An action is running: the button keeps its place and the focus, and does nothing. */
  busy?: boolean;
}

export function Button({ kind = "secondary", size = "normal", asChild, busy, className, onClick, ...rest }: Props) {
  const Element = asChild ? Slot : "button";
  return (
    <Element
      {...(asChild ? {} : { type: "button" as const })}
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(
        "inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap disabled:opacity-55",
        "[&_svg]:size-4 [&_svg]:shrink-0",
        busy && "animate-pulse",
        KINDS[kind],
        SIZES[size],
        className,
      )}
    />
  );
}
