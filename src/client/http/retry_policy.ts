/** Decides which calls are retried, and when. @module */

import { backoffMs } from "../../async/backoff.ts";
import { hasCode, isErrorLike } from "../../errors.ts";
import { requireKnown, requireTimeout, requireWhole } from "../../validate.ts";
import { isApiError } from "../errors.ts";
import type { RetryOptions } from "../options.ts";

/**
 * Statuses of temporary failures. 500 is not among them: Conveyor servers send it for "not found" and "already exists".
 * After 429 every call is retried: the server has refused it before doing anything.
 */
const TEMPORARY = [408, 425, 429, 502, 503, 504];

/** How runtimes report that no connection was established, so nothing was sent: Node and Bun by code, Deno by message. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ConnectionRefused|client error \(Connect\)/;

/** Returns the delay between a failed attempt and the next one, in milliseconds; `undefined` when there is none. */
export type RetryPolicy = (
  error: unknown,
  attempt: number,
  idempotent: boolean,
) => number | undefined;

/**
 * Creates a retry policy.
 *
 * @throws {ConfigError} an option is out of range.
 */
export function createRetryPolicy(options: RetryOptions | false = {}): RetryPolicy {
  const given = options || { attempts: 1 };
  requireKnown(given, ["attempts", "initialMs", "maxMs"], "retry.");
  const { attempts = 3, initialMs = 200, maxMs = 10_000 } = given;
  if (attempts !== Infinity) requireWhole("retry.attempts", attempts, 1);
  requireTimeout("retry.initialMs", initialMs);
  requireTimeout("retry.maxMs", maxMs);
  return (error, attempt, idempotent) => {
    if (attempt >= attempts || !isTemporary(error, idempotent)) return undefined;
    const retryAfterMs = isApiError(error) ? error.retryAfterMs : undefined;
    if (retryAfterMs !== undefined) return retryAfterMs <= maxMs ? retryAfterMs : undefined;
    return backoffMs(attempt, { initialMs, maxMs });
  };
}

function isTemporary(error: unknown, idempotent: boolean): boolean {
  if (hasCode(error, "connection")) return idempotent || wasNeverSent(error);
  return isApiError(error) && TEMPORARY.includes(error.status) &&
    (idempotent || error.status === 429);
}

function wasNeverSent(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  const { code, message, cause } = error as Error & { code?: unknown };
  return NEVER_SENT.test(`${code} ${message}`) || wasNeverSent(cause);
}
