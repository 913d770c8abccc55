/** The outcome of an attempt, which decides how its message is settled. @module */

import type { BackoffOptions } from "../../async/backoff.ts";
import { backoffMs } from "../../async/backoff.ts";
import type { ReconcileResult } from "../../driver.ts";
import { fullMessageOf } from "../../error_text.ts";
import { hasCode } from "../../errors.ts";
import type { DriverResult } from "../../protocol/result.ts";
import { redeliveryDelayMs } from "../session/retry_backoff.ts";

/** The outcome of an attempt. */
export type Outcome =
  | ResultOutcome
  /** Try again later. */
  | { readonly kind: "retry"; readonly delayMs: number; readonly reason: string }
  /** Lease lost: do not publish or acknowledge. */
  | { readonly kind: "lease-lost" }
  /** Shutdown grace period expired: redeliver at once. */
  | { readonly kind: "nak" }
  /** It is no longer wanted: acknowledge, without a result. */
  | { readonly kind: "superseded"; readonly reason: string }
  /** Its result was stored by an earlier delivery. */
  | { readonly kind: "already-done"; readonly deadLetterReason?: string | undefined };

/** A result to store. */
export interface ResultOutcome {
  readonly kind: "result";
  readonly result: DriverResult;
  /** Why the run is a dead letter, if it is one. */
  readonly deadLetterReason?: string | undefined;
}

/** Attempts and the delays between them. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly backoff: BackoffOptions;
}

/** Turns what `reconcile` returned into an outcome. */
export function outcomeOfReturn(
  driver: string,
  returned: ReconcileResult | void | null | undefined,
): Outcome {
  if (returned === undefined || returned === null) return SUCCESS;
  const { success, message = "", data = null } = returned as Partial<ReconcileResult>;
  if (typeof success !== "boolean") {
    return failure(
      `the reconcile of ${driver} returned ${describe(returned)}; ` +
        "return { success, message, data }, or nothing for success",
    );
  }
  return { kind: "result", result: { success, message: String(message), data } };
}

const FIELDS = ["success", "message", "data"];

/** Returns the names of what `reconcile` returned besides a result's own fields, which is not stored. */
export function extraFields(returned: unknown): string[] {
  const isResult = typeof (returned as Partial<ReconcileResult> | null)?.success === "boolean";
  return isResult ? Object.keys(returned as object).filter((name) => !FIELDS.includes(name)) : [];
}

/** Turns what `reconcile` threw into an outcome: another attempt, or a failed result. */
export function outcomeOfThrow(thrown: unknown, attempt: number, policy: RetryPolicy): Outcome {
  const reason = fullMessageOf(thrown);
  if (hasCode(thrown, "non-retryable")) return failure(reason);
  if (attempt >= policy.maxAttempts) {
    const { maxAttempts } = policy;
    return failure(reason, `${reason} (attempt ${attempt} of ${maxAttempts}, the last)`);
  }
  return { kind: "retry", delayMs: retryDelayMs(thrown, attempt, policy), reason };
}

function retryDelayMs(thrown: unknown, attempt: number, { backoff }: RetryPolicy): number {
  const asksForDelay = hasCode(thrown, "retry-after") && Number.isFinite(thrown.delayMs);
  return asksForDelay ? thrown.delayMs : backoffMs(attempt, backoff);
}

/** What an attempt waits for is not there at the moment, because of `error` perhaps. */
export function notYet(reason: string, error?: unknown): Outcome {
  return { kind: "retry", delayMs: redeliveryDelayMs(error), reason };
}

/** A failed result whose run is a dead letter. */
export function failure(message: string, deadLetterReason: string = message): Outcome {
  return {
    kind: "result",
    result: { success: false, message, data: null },
    deadLetterReason,
  };
}

const SUCCESS: Outcome = {
  kind: "result",
  result: { success: true, message: "", data: null },
};

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object without a boolean success";
  return `a ${typeof value}`;
}
