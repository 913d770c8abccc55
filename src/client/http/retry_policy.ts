/** Which calls are tried again, and when. @module */

import { backoffMs } from "../../async/backoff.ts";
import { hasCode, isErrorLike } from "../../errors.ts";
import { requireTimeout, requireWhole } from "../../validate.ts";
import { isApiError } from "../errors.ts";
import type { RetryOptions } from "../options.ts";

/**
 * Answers that say "not now". A 500 is not among them: it is how this server says "not found" and "already exists".
 * A 429 was refused before anything was done, so it may be repeated whatever the call.
 */
const TRY_LATER = [408, 425, 429, 502, 503, 504];

/** How runtimes tell that no connection came about, so that nothing was sent: Node and Bun by a code, Deno by a text. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ConnectionRefused|client error \(Connect\)/;

/** Decides after a failed attempt. */
export interface RetryPolicy {
  /** The delay before the next attempt, in milliseconds; `undefined` when there is none. */
  delayAfter(error: unknown, attempt: number, repeatable: boolean): number | undefined;
}

/**
 * Makes a retry policy.
 *
 * @throws {ConfigError} when an option is out of its range.
 */
export function createRetryPolicy(options: RetryOptions | false = {}): RetryPolicy {
  const { attempts = 3, initialMs = 200, maxMs = 10_000 } = options || { attempts: 1 };
  if (attempts !== Infinity) requireWhole("retry.attempts", attempts, 1);
  requireTimeout("retry.initialMs", initialMs);
  requireTimeout("retry.maxMs", maxMs);
  return {
    delayAfter(error, attempt, repeatable) {
      if (attempt >= attempts || !isPassing(error, repeatable)) return undefined;
      const asked = isApiError(error) ? error.retryAfterMs : undefined;
      if (asked !== undefined) return asked <= maxMs ? asked : undefined;
      return backoffMs(attempt, { initialMs, maxMs });
    },
  };
}

function isPassing(error: unknown, repeatable: boolean): boolean {
  if (hasCode(error, "connection")) return repeatable || wasNeverSent(error);
  return isApiError(error) && TRY_LATER.includes(error.status) &&
    (repeatable || error.status === 429);
}

function wasNeverSent(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  const { code, message, cause } = error as Error & { code?: unknown };
  return NEVER_SENT.test(`${code} ${message}`) || wasNeverSent(cause);
}
