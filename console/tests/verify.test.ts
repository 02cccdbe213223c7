import { expect, it, vi } from "vitest";
import { verify } from "@/screens/audit-log/verify";

const page = (verified_to: number, complete: boolean, fault: { number: number; entry_id: null; reason: "changed" } | null = null) =>
  Promise.resolve({ verified_from: 1, verified_to, complete, fault, head: `h${verified_to}` });

it("a log is verified page by page, each from the end of the one before", async () => {
  const read = vi.fn().mockReturnValueOnce(page(500, false)).mockReturnValueOnce(page(720, true));
  expect(await verify(read, 0, 10)).toEqual({ upTo: 720, head: "h720", isComplete: true, fault: null });
  expect(read.mock.calls).toEqual([[0], [500]]);
});

it("the verification ends at a fault", async () => {
  const fault = { number: 7, entry_id: null, reason: "changed" as const };
  const read = vi.fn().mockReturnValue(page(6, false, fault));
  expect(await verify(read, 0, 10)).toMatchObject({ upTo: 6, fault });
  expect(read).toHaveBeenCalledTimes(1);
});

it("a long log is verified in parts", async () => {
  const read = vi.fn((after: number) => page(after + 500, false));
  expect(await verify(read, 1000, 2)).toMatchObject({ upTo: 2000, isComplete: false });
});
