import { classes } from "./classes";

interface Props {
  label: string;
  /** Without a value, it is not known how much is done. */
  value?: number | undefined;
  max?: number;
  className?: string;
}

export const Progress = ({ label, value, max = 1, className }: Props) => (
  <progress
    aria-label={label}
    value={value === undefined ? undefined : Math.min(value, max)}
    max={Math.max(max, 1e-9)}
    className={classes(
      "block h-2 w-full appearance-none overflow-hidden rounded-full border-0 bg-line indeterminate:animate-pulse",
      "[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent",
      className,
    )}
  />
);
