import type { ComponentProps } from "react";
import { classes } from "./classes";

/** A button in a text or a table that looks like a link, because it shows something. */
export const LinkButton = ({ className, ...rest }: ComponentProps<"button">) => (
  <button
    type="button"
    {...rest}
    className={classes("rounded text-left font-medium text-accent wrap-break-word hover:underline", className)}
  />
);
