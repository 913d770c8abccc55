/** Settles a run: flushes its logs, stores and confirms its result, and only then acknowledges its message. @module */

import { backoffMs } from "../../async/backoff.ts";
import { messageOf } from "../../errors.ts";
import { RESULT_SUBJECT } from "../../protocol/subjects.ts";
import type { RunEnd } from "../events.ts";
import type { Outcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { publishDeadLetter } from "./dead_letter.ts";
import { type EncodedResult, encodeResult } from "./encoded_result.ts";
import type { OutcomeRecords } from "./outcome_records.ts";

/** How a run was settled. */
export interface Settled {
  readonly outcome: RunEnd;
  readonly reason?: string;
}

/** How long to leave a message alone whose result could not be stored. */
const UNCONFIRMED_BACKOFF = { initialMs: 1000, maxMs: 30_000 } as const;

/** Settles a run by the outcome of its attempt. Never rejects. */
export async function settle(
  run: Run,
  outcome: Outcome,
  records: OutcomeRecords,
): Promise<Settled> {
  const flushed = run.flushLogs();
  if (flushed) await flushed;
  switch (outcome.kind) {
    case "lease-lost":
      return { outcome: "lease-lost" };
    case "nak":
      run.delivery.nak();
      return { outcome: "handed-back", reason: "the manager stops" };
    case "already-done":
      run.delivery.ack();
      return { outcome: "already-done" };
    case "retry":
      if (!run.lease?.held) return { outcome: "lease-lost" };
      run.delivery.nak(outcome.delayMs);
      return { outcome: "retried", reason: run.masked(outcome.reason) };
    case "result":
      return await settleResult(run, encodeResult(run, outcome), records);
  }
}

async function settleResult(
  run: Run,
  encoded: EncodedResult,
  records: OutcomeRecords,
): Promise<Settled> {
  const { outcome } = encoded;
  if (!run.lease?.held) {
    // If the next delivery arrives here, no other process has had the message: then the work need not be done again.
    if (run.lease?.stalled) records.keep(run, outcome, run.delivery.deliveryCount + 1);
    return { outcome: "lease-lost" };
  }
  try {
    if ((run.detached || run.mayBeRepeat) && await records.isStored(run)) {
      run.delivery.ack();
      return { outcome: "already-done" };
    }
    await store(run, encoded);
  } catch (error) {
    records.keep(run, outcome);
    run.session.journal?.record(run.key, outcome, false);
    run.delivery.nak(backoffMs(run.attempt, UNCONFIRMED_BACKOFF));
    return { outcome: "unconfirmed", reason: messageOf(error) };
  }
  // Its message may be delivered again by a new consumer: that delivery need not do the work again.
  if (run.detached) records.keep(run, outcome);
  const { result, deadLetterReason } = outcome;
  if (deadLetterReason === undefined) {
    run.delivery.ack();
    return { outcome: result.success ? "succeeded" : "failed" };
  }
  await publishDeadLetter(run, deadLetterReason);
  run.delivery.term(deadLetterReason);
  return { outcome: "dead-lettered", reason: deadLetterReason };
}

/** Publishes the result, where the server stores results, and waits for the acknowledgement. */
async function store(run: Run, { outcome, bytes }: EncodedResult): Promise<void> {
  const { connection, journal } = run.session;
  if (!bytes) return;
  const confirmed = connection.publishConfirmed(RESULT_SUBJECT, bytes, { messageId: run.resultId });
  journal?.record(run.key, outcome);
  await confirmed;
}
