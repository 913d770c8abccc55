/** How long to wait before trying again: exponential, with full jitter. @module */

import { invalidOption, requireTimeout } from "../validate.ts";

/** How delays between attempts grow. */
export interface BackoffOptions {
  /** The first delay's upper bound, in milliseconds, above 0. @default {1000} */
  initialMs?: number;
  /** The upper bound of every delay, in milliseconds. @default {60000} */
  maxMs?: number;
  /** By how much the bound grows from one attempt to the next, 1 or more. @default {2} */
  factor?: number;
  /**
   * `full` picks any time from 0 to the bound, so that those who failed together do not come back together;
   * `none` takes the bound. @default {"full"}
   */
  jitter?: "full" | "none";
}

/**
 * Checks back-off options.
 *
 * @throws {ConfigError} that names the field which cannot be used.
 */
export function checkBackoff(options: BackoffOptions | undefined, field = "backoff"): void {
  if (options === undefined) return;
  const { initialMs = 1, maxMs = 1, factor = 1, jitter = "full" } = options;
  requireTimeout(`${field}.initialMs`, initialMs);
  requireTimeout(`${field}.maxMs`, maxMs);
  if (!(factor >= 1)) throw invalidOption(`${field}.factor`, "a number of at least 1", factor);
  if (jitter !== "full" && jitter !== "none") {
    throw invalidOption(`${field}.jitter`, `"full" or "none"`, jitter);
  }
}

/**
 * The delay before another attempt, in whole milliseconds.
 *
 * @param attempt The attempt that failed, from 1.
 * @param random A number from 0 up to 1; for tests.
 */
export function backoffMs(
  attempt: number,
  options: BackoffOptions = {},
  random: () => number = Math.random,
): number {
  const { initialMs = 1000, maxMs = 60_000, factor = 2, jitter = "full" } = options;
  const bound = Math.min(maxMs, initialMs * factor ** Math.max(0, attempt - 1));
  return Math.round(jitter === "none" ? bound : bound * random());
}
