import { useEffect, useSyncExternalStore } from "react";
import { proof } from "@/api/client";

/** Whether a request waits for a fresh proof. Without the shell, there is none. */
export function useIsProofAsked(): boolean {
  useEffect(() => () => proof.settle(false), []);
  return useSyncExternalStore(proof.watch, proof.isAsked);
}
