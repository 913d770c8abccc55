/** Waits for a promise for a limited time. @module */

import { startTimer } from "./long_timer.ts";

/** Whether a promise that never rejects resolves within so many milliseconds. Cheaper than a deadline: there is no signal. */
export function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = startTimer(ms, () => resolve(false));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });
}
