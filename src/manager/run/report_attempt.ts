/** Reports the beginning and the end of attempts. @module */

import type { AttemptEnded, RunEnd } from "../events.ts";
import type { Outcome } from "./outcome.ts";
import type { Run } from "./run.ts";

/** Counts and reports that an attempt begins. Most managers report none: their events are not even created. */
export function reportStart(run: Run): void {
  const { message: { event }, delivery, driver, session: { meters, reportsAttempts } } = run;
  run.begun = true;
  const waitedMs = Math.max(0, Date.now() - delivery.timestampMs);
  meters.started(driver.name, waitedMs);
  if (!reportsAttempts) return;
  run.session.emit({
    type: "run-started",
    run: run.ref,
    event,
    maxAttempts: maxAttemptsOf(run),
    deliveries: delivery.deliveryCount,
    takenOver: run.takenOver,
    waitedMs,
  }, run);
}

/** Counts and reports how an attempt has ended, before its run is settled. */
export function reportEnd(run: Run, outcome: Outcome, durationMs: number): void {
  const { driver, session: { meters, reportsAttempts } } = run;
  const end = run.lease?.held === false ? "lease-lost" : endOf(outcome);
  const retryInMs = outcome.kind === "retry" ? outcome.delayMs : undefined;
  meters.ended(driver.name, end, durationMs, retryInMs);
  if (!reportsAttempts) return;
  const message = messageOf(outcome, end);
  const event: AttemptEnded = {
    type: "attempt-ended",
    run: run.ref,
    outcome: end,
    message: message === "" ? message : run.masked(message),
    durationMs,
    maxAttempts: maxAttemptsOf(run),
  };
  if (retryInMs !== undefined) event.retryInMs = retryInMs;
  run.session.emit(event, run);
}

/** Reports how a run was settled. */
export function reportSettled(
  run: Run,
  { outcome, reason }: { readonly outcome: RunEnd; readonly reason?: string },
  durationMs: number,
): void {
  const ended = { type: "run-ended", run: run.ref, outcome, durationMs } as const;
  run.session.emit(reason === undefined ? ended : { ...ended, reason }, run);
}

function endOf(outcome: Outcome): RunEnd {
  switch (outcome.kind) {
    case "result":
      if (outcome.deadLetterReason !== undefined) return "dead-lettered";
      return outcome.result.success ? "succeeded" : "failed";
    case "retry":
      return "retried";
    case "nak":
      return "handed-back";
    default:
      return outcome.kind;
  }
}

function messageOf(outcome: Outcome, end: RunEnd): string {
  if (end === "lease-lost") return "another delivery decides";
  switch (outcome.kind) {
    case "result":
      return outcome.deadLetterReason ?? outcome.result.message;
    case "retry":
    case "superseded":
      return outcome.reason;
    case "nak":
      return "the manager stops";
    default:
      return "an earlier delivery has stored the result";
  }
}

function maxAttemptsOf({ driver, session }: Run): number {
  return driver.maxAttempts ?? session.options.maxAttempts;
}
