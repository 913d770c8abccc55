/** The memory broker's clock, which a test can replace. @module */

import { LONGEST_TIMER_MS, startTimer } from "../async/long_timer.ts";

/** A source of time and timers. */
export interface Clock {
  /** The current time, Unix milliseconds. */
  now(): number;
  /** Calls `run` once after `delayMs` milliseconds; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * Creates a clock that begins with the host's wall clock and goes on by the monotonic one: ack waits do not run out when the host's
 * is set. Its timers do not keep a process alive where the runtime supports that.
 */
export function createSystemClock(): Clock {
  const offsetMs = Date.now() - performance.now();
  return {
    now: () => Math.floor(offsetMs + performance.now()),
    after: (delayMs, run) => startTimer(delayMs, run, letProcessEnd),
  };
}

/** Keeps the process alive, as an open socket would, until the returned function is called. */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => {}, LONGEST_TIMER_MS);
  return () => clearInterval(timer);
}

/** Lets the process exit before this timer fires, where the runtime supports it: the web platform has no `unref`. */
export function letProcessEnd(timer: unknown): void {
  (timer as { unref?(): void } | undefined)?.unref?.();
}
