import { expect, it, vi } from "vitest";
import { Proof, withProof } from "@/api/proof";

const REFUSED = () => Response.json({ code: "auth.step_up_required", request_id: "r" }, { status: 403 });
const request = () => new Request("http://plinth.test/api/v1/api-keys", { method: "POST", body: "{}" });

it("a request that needs a fresh proof is sent again once there is one", async () => {
  const send = vi.fn().mockResolvedValueOnce(REFUSED()).mockResolvedValueOnce(new Response(null, { status: 201 }));
  const proof = new Proof();
  const sent = withProof(send, proof.ask)(request());
  await vi.waitFor(() => expect(proof.isAsked()).toBe(true));
  proof.settle(true);
  expect((await sent).status).toBe(201);
  expect(proof.isAsked()).toBe(false);
});

it("without the proof, the refusal is the answer", async () => {
  const send = vi.fn().mockResolvedValue(REFUSED());
  const answer = await withProof(send, async () => false)(request());
  expect(answer.status).toBe(403);
  expect(send).toHaveBeenCalledTimes(1);
});

it("other refusals ask for no proof", async () => {
  const ask = vi.fn();
  const refused = Response.json({ code: "permission.denied", request_id: "r" }, { status: 403 });
  await withProof(async () => refused, ask)(request());
  expect(ask).not.toHaveBeenCalled();
});

it("requests that wait for a proof share one question", async () => {
  const proof = new Proof();
  expect(proof.ask()).toBe(proof.ask());
});
