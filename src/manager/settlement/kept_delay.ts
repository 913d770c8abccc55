/** Delays within the time for which the stream keeps its messages. @module */

import type { Run } from "../run/run.ts";

/** This part of the time that is left is used: what comes back late must still be there. */
const USED = 0.9;
/** The shortest delay that a longer one becomes, in milliseconds: the broker's time is an estimate. */
const SHORTEST_MS = 1000;

/** Returns the delay, or the longest after which the stream still has the message. A warning says so. */
export function keptDelayMs({ session, delivery, driver, message }: Run, delayMs: number): number {
  const { keepsMs, clock } = session;
  const leftMs = (keepsMs - clock.ageOf(delivery.timestampMs)) * USED;
  const longestMs = Math.floor(Math.min(keepsMs * USED, Math.max(SHORTEST_MS, leftMs)));
  if (keepsMs === 0 || delayMs <= longestMs) return delayMs;
  session.emit({
    type: "warning",
    code: "delay-shortened",
    driver: driver.name,
    message:
      `run ${message.runId} of ${driver.name} was to be tried again after ${delayMs} ms, and the stream of events keeps its ` +
      `message for ${keepsMs} ms: it is tried again after ${longestMs} ms`,
  });
  return longestMs;
}
