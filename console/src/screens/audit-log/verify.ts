import type { components } from "@/generated/api";

type Verification = components["schemas"]["Verification"];

export interface Verified {
  /** The last number up to which every entry is unchanged. */
  upTo: number;
  /** The hash of that entry, hexadecimal. */
  head: string;
  isComplete: boolean;
  fault: Verification["fault"];
}

/** Verifies entries after a number, page by page, until the end, a fault, or the most pages. */
export async function verify(
  page: (after: number) => Promise<Verification>,
  after: number,
  mostPages: number,
): Promise<Verified> {
  let upTo = after;
  for (let read = 0; ; read += 1) {
    const { verified_to, complete, fault, head } = await page(upTo);
    upTo = verified_to;
    if (complete || fault || read + 1 >= mostPages) return { upTo, head, isComplete: complete, fault };
  }
}
