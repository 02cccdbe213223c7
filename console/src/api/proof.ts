import { codeOf } from "./send";

type Send = (request: Request) => Promise<Response>;

/** Asks the user for a fresh proof of who they are: once for all requests that wait for it. */
export class Proof {
  private readonly listeners = new Set<() => void>();
  private asked: { answer: Promise<boolean>; settle: (isGiven: boolean) => void } | undefined;

  /** Ends when the user has given the proof, or has refused it. */
  ask = (): Promise<boolean> => {
    if (!this.asked) {
      let settle: (isGiven: boolean) => void = () => undefined;
      const answer = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      this.asked = { answer, settle };
      this.tell();
    }
    return this.asked.answer;
  };

  settle = (isGiven: boolean): void => {
    const { asked } = this;
    this.asked = undefined;
    asked?.settle(isGiven);
    this.tell();
  };

  isAsked = (): boolean => this.asked !== undefined;

  /** Calls back when `isAsked` changes. */
  watch = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  private tell(): void {
    for (const changed of this.listeners) changed();
  }
}

/** Sends a request that needs a fresh proof (403 `auth.step_up_required`) again, once there is one. */
export const withProof =
  (send: Send, ask: () => Promise<boolean>): Send =>
  async (request) => {
    const answer = await send(request);
    if (answer.status !== 403 || (await codeOf(answer)) !== "auth.step_up_required") return answer;
    return (await ask()) ? send(request) : answer;
  };
