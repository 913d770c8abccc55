/** Time as the broker sees it, so that a test can have a time of its own. @module */

import { LONGEST_TIMER_MS } from "../async/delay.ts";

/** Tells the time and calls back later. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `run` once after `delayMs` milliseconds, unless the returned function is called first. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own time. Its timers do not keep a process alive where the runtime allows it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, LONGEST_TIMER_MS));
    letProcessEnd(timer);
    return () => clearTimeout(timer);
  },
};

/** Keeps the process alive, as an open socket would, until the returned function is called. */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => {}, LONGEST_TIMER_MS);
  return () => clearInterval(timer);
}

/** Lets a process end although this timer has not fired. The web platform has no such thing, and no process either. */
export function letProcessEnd(timer: unknown): void {
  (timer as { unref?(): void } | undefined)?.unref?.();
}
