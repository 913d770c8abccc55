/** Exponential back-off with full jitter. @module */

import { invalidOption, requireKnown, requireTimeout } from "../validate.ts";

/** Options of exponential back-off. */
export interface BackoffOptions {
  /** The first delay's upper bound, in milliseconds, above 0. @default {1000} */
  initialMs?: number;
  /** The upper bound of every delay, in milliseconds. @default {60000} */
  maxMs?: number;
  /** The factor by which the bound grows per attempt, 1 or more. @default {2} */
  factor?: number;
  /**
   * `full` takes a random time from 0 to the bound, so that clients that failed together do not retry together;
   * `none` takes the bound. @default {"full"}
   */
  jitter?: "full" | "none";
}

/**
 * Checks back-off options.
 *
 * @throws {ConfigError} that names the invalid field.
 */
export function checkBackoff(options: BackoffOptions | undefined, field = "backoff"): void {
  if (options === undefined) return;
  requireKnown(options, ["initialMs", "maxMs", "factor", "jitter"], `${field}.`);
  const { initialMs = 1, maxMs = 1, factor = 1, jitter = "full" } = options;
  requireTimeout(`${field}.initialMs`, initialMs);
  requireTimeout(`${field}.maxMs`, maxMs);
  if (!(factor >= 1)) throw invalidOption(`${field}.factor`, "a number of at least 1", factor);
  if (jitter !== "full" && jitter !== "none") {
    throw invalidOption(`${field}.jitter`, `"full" or "none"`, jitter);
  }
}

/**
 * Returns the delay before the next attempt, in whole milliseconds.
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
