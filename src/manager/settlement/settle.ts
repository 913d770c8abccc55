/** Settles a run: flushes its logs, stores and confirms its result, and only then acknowledges its message. @module */

import { backoffMs } from "../../async/backoff.ts";
import { hasCode, messageOf, TimeoutError } from "../../errors.ts";
import { RESULT_SUBJECT } from "../../protocol/subjects.ts";
import type { RunEnd } from "../events.ts";
import type { Outcome, ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { publishDeadLetter } from "./dead_letter.ts";
import { type EncodedResult, encodeResult } from "./encoded_result.ts";
import { justAsked } from "./just_asked.ts";
import { keptDelayMs } from "./kept_delay.ts";
import type { OutcomeRecords } from "./outcome_records.ts";
import { shorten } from "./shorten.ts";
import { storeLate } from "./store_late.ts";

/** How a run was settled. */
export interface Settled {
  readonly outcome: RunEnd;
  readonly reason?: string;
}

/** How long to leave a message alone whose result could not be stored. */
const UNCONFIRMED_BACKOFF = { initialMs: 1000, maxMs: 30_000 } as const;

/** The longest reason that a message is terminated with, in characters. */
const LONGEST_TERM_REASON = 256;

/** Settles a run by the outcome of its attempt. Never rejects. */
export function settle(run: Run, outcome: Outcome, records: OutcomeRecords): Promise<Settled> {
  if (outcome.kind === "result") {
    const encoded = encodeResult(run, outcome); // It may write to the run's log.
    return afterFlush(run, () => settleResult(run, encoded, records));
  }
  // Otherwise the run log says so.
  if (outcome.kind === "superseded" && run.lease?.held && run.session.options.runLog === "off") {
    run.logger.warn(outcome.reason);
  }
  return afterFlush(run, () => settleWithoutResult(run, outcome, records));
}

/** Most runs have nothing to flush, and each promise on their way costs a part of a per cent. */
function afterFlush(run: Run, settle: () => Promise<Settled>): Promise<Settled> {
  const flushed = run.flushLogs();
  return flushed ? flushed.then(settle) : settle();
}

async function settleWithoutResult(
  run: Run,
  outcome: Exclude<Outcome, ResultOutcome>,
  records: OutcomeRecords,
): Promise<Settled> {
  const { kind } = outcome;
  if (kind === "already-done") {
    await acknowledge(run, outcome.deadLetterReason);
    return { outcome: kind };
  }
  if (kind === "nak") {
    run.redeliver();
    return { outcome: "handed-back", reason: "the manager stops" };
  }
  if (kind === "lease-lost" || !run.lease?.held) return { outcome: "lease-lost" };
  const reason = run.masked(outcome.reason);
  if (kind === "superseded") {
    records.settled(run);
    run.delivery.ack();
    return { outcome: kind, reason };
  }
  run.redeliver(keptDelayMs(run, outcome.delayMs));
  return { outcome: "retried", reason };
}

async function settleResult(
  run: Run,
  encoded: EncodedResult,
  records: OutcomeRecords,
): Promise<Settled> {
  const { outcome, bytes } = encoded;
  const size = bytes?.length ?? 0;
  const otherMayHaveStored = run.detached || run.mayBeRepeat;
  // Another process may have stored a result, or this one, which has had no confirmation.
  const found = otherMayHaveStored && run.lease?.held &&
    await run.session.journal?.lookUp(run.key);
  if (found && found.stored) {
    await acknowledge(run, found.deadLetterReason);
    return { outcome: "already-done" };
  }
  if (!run.lease?.held) {
    // If the next delivery arrives here, no other process has had the message: then the work need not be done again.
    if (run.lease?.stalled) records.keep(run, outcome, size, run.delivery.deliveryCount + 1);
    return { outcome: "lease-lost" };
  }
  if (bytes) {
    const sentAt = performance.now();
    try {
      // Whether another process has stored it is asked again when that can be told.
      if (otherMayHaveStored && !run.session.connection.connected) {
        throw new TimeoutError("not connected", 0);
      }
      await store(run, outcome, bytes);
    } catch (error) {
      const refused = !hasCode(error, "timeout");
      records.unconfirmed(run, outcome, size, refused);
      // What is refused waits for its redelivery.
      if (!refused) {
        records.late(run, () => storeLate(run, outcome, bytes, sentAt, records));
      }
      run.redeliver(backoffMs(run.delivery.deliveryCount, UNCONFIRMED_BACKOFF));
      return { outcome: "unconfirmed", reason: messageOf(error) };
    }
    run.session.journal?.stored(run.key);
  }
  records.settled(run);
  const { result, deadLetterReason } = outcome;
  if (deadLetterReason !== undefined) {
    await acknowledge(run, deadLetterReason);
    return { outcome: "dead-lettered", reason: deadLetterReason };
  }
  run.delivery.ack();
  return { outcome: result.success ? "succeeded" : "failed" };
}

/** Publishes the result; settles once that is acknowledged. Its record leaves in the same write to the socket. */
function store(run: Run, outcome: ResultOutcome, bytes: Uint8Array): Promise<unknown> {
  const lease = run.detached ? justAsked() : run.lease; // A result that waits for its connection may outlive the lease.
  const confirmed = run.publish(RESULT_SUBJECT, bytes, run.resultId, lease);
  run.session.journal?.sent(run.key, outcome);
  return confirmed;
}

/** Acknowledges a run's message; a dead letter is published first, and its message terminated. */
async function acknowledge(run: Run, deadLetterReason: string | undefined): Promise<void> {
  if (deadLetterReason === undefined) return run.delivery.ack();
  await publishDeadLetter(run, deadLetterReason);
  run.session.journal?.deadLettered(run.key);
  run.delivery.term(shorten(deadLetterReason, LONGEST_TERM_REASON));
}
