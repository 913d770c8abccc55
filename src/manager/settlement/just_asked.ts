/** How long an answer of the journal about other processes is relied on. @module */

import { SleepClock } from "../../async/sleep_clock.ts";

/** The time in milliseconds. */
const RELIED_ON_MS = 10_000;

/**
 * The right to store a result of which the journal has just said that no other process has stored it. Its time goes on while the
 * host sleeps. It ends with `isDue`, too.
 */
export function justAsked(isDue: () => boolean = () => true): { readonly held: boolean } {
  const clock = new SleepClock({ monotonic: () => performance.now(), wall: () => Date.now() });
  const askedAt = performance.now();
  return {
    get held() {
      return clock.since(askedAt) < RELIED_ON_MS && isDue();
    },
  };
}
