import { useEffect, useState } from "react";

const MOMENT_MS = 250;

/** A value that has not changed for a moment: a search waits until the user stops typing. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), MOMENT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
