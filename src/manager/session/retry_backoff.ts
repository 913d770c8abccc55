/** Delays between attempts at what the broker must have, or must permit. @module */

import { backoffMs } from "../../async/backoff.ts";
import { missingPermission } from "../../transport/errors.ts";

const LONGEST_MS = 5000;
const REDELIVERY_MS = 2000;
/** A missing permission does not pass by itself. */
const LONGEST_DENIED_MS = 60_000;

/** Returns the delay before the next attempt, in milliseconds. */
export function retryDelayMs(
  attempt: number,
  error?: unknown,
  longestMs: number = LONGEST_MS,
): number {
  const maxMs = missingPermission(error) ? LONGEST_DENIED_MS : longestMs;
  return backoffMs(attempt, { initialMs: 250, maxMs });
}

/** Returns how long to leave a message alone that failed before its attempt, in milliseconds: each delivery counts. */
export function redeliveryDelayMs(error: unknown): number {
  return missingPermission(error) ? LONGEST_DENIED_MS : REDELIVERY_MS;
}
