/** Reports the beginning and the end of attempts. @module */

import type { RunEnd } from "../events.ts";
import type { Outcome } from "./outcome.ts";
import type { Run } from "./run.ts";

/** Reports that an attempt begins. */
export function reportStart(run: Run): void {
  const { message: { event }, delivery } = run;
  run.session.emit({
    type: "run-started",
    run: run.ref,
    event,
    maxAttempts: maxAttemptsOf(run),
    deliveries: delivery.deliveryCount,
    waitedMs: Math.max(0, Date.now() - delivery.timestampMs),
  }, run);
}

/** Reports how an attempt has ended, before its run is settled. */
export function reportEnd(run: Run, outcome: Outcome, durationMs: number): void {
  const [end, message] = run.lease?.held === false ? LEASE_LOST : describe(outcome);
  run.session.emit({
    type: "attempt-ended",
    run: run.ref,
    outcome: end,
    message: message === "" ? message : run.masked(message),
    durationMs,
    maxAttempts: maxAttemptsOf(run),
    ...outcome.kind === "retry" && { retryInMs: outcome.delayMs },
  }, run);
}

const LEASE_LOST: readonly [RunEnd, string] = ["lease-lost", "another delivery decides"];

function describe(outcome: Outcome): readonly [RunEnd, string] {
  switch (outcome.kind) {
    case "result": {
      const { result: { success, message }, deadLetterReason } = outcome;
      if (deadLetterReason !== undefined) return ["dead-lettered", deadLetterReason];
      return [success ? "succeeded" : "failed", message];
    }
    case "retry":
      return ["retried", outcome.reason];
    case "nak":
      return ["handed-back", "the manager stops"];
    case "lease-lost":
      return LEASE_LOST;
    case "superseded":
      return ["superseded", outcome.reason];
    case "already-done":
      return ["already-done", "an earlier delivery has stored the result"];
  }
}

function maxAttemptsOf({ driver, session }: Run): number {
  return driver.maxAttempts ?? session.options.maxAttempts;
}
