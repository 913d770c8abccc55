/** What an attempt came to, and so what becomes of its message. @module */

import type { BackoffOptions } from "../../async/backoff.ts";
import { backoffMs } from "../../async/backoff.ts";
import type { ReconcileResult } from "../../driver.ts";
import { messageOf, NonRetryableError, RetryAfterError, TimeoutError } from "../../errors.ts";
import type { DriverResult } from "../../protocol/result.ts";

/** What an attempt came to. */
export type Outcome =
  /** A result to store; with `giveUp`, the reason why the run goes to the dead letters. */
  | { readonly kind: "result"; readonly result: DriverResult; readonly deadLetterReason?: string }
  /** Try again later. */
  | { readonly kind: "retry"; readonly delayMs: number; readonly reason: string }
  /** Somebody else's turn: nothing is stored, nothing is settled. */
  | { readonly kind: "lease-lost" }
  /** Give it back: a stop has run out of patience. */
  | { readonly kind: "hand-back" }
  /** Its result was stored by an earlier delivery. */
  | { readonly kind: "already-done" };

/** How often to try. */
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

/** Turns what `reconcile` threw into an outcome: another attempt, or a failed result. */
export function outcomeOfThrow(thrown: unknown, attempt: number, policy: RetryPolicy): Outcome {
  const reason = messageOf(thrown);
  if (thrown instanceof NonRetryableError) return failure(reason);
  if (attempt >= policy.maxAttempts) {
    const { maxAttempts } = policy;
    return failure(reason, `${reason} (attempt ${attempt} of ${maxAttempts}, the last)`);
  }
  const delayMs = thrown instanceof RetryAfterError
    ? thrown.delayMs
    : backoffMs(attempt, policy.backoff);
  return { kind: "retry", delayMs, reason };
}

/** A failed result with a message, and the run goes to the dead letters with a reason. */
export function failure(message: string, deadLetterReason: string = message): Outcome {
  return {
    kind: "result",
    result: { success: false, message, data: null },
    deadLetterReason: deadLetterReason,
  };
}

/** What an attempt that ran out of time aborts with. */
export function timeoutError(driver: string, timeoutMs: number): TimeoutError {
  return new TimeoutError(
    `the reconcile of ${driver} did not end within its time-out of ${timeoutMs} ms`,
    timeoutMs,
  );
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
