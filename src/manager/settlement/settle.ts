/**
 * Settles a run: its logs are flushed, its result is stored and confirmed, and only then its message is acknowledged.
 *
 * @module
 */

import { backoffMs } from "../../async/backoff.ts";
import { messageOf } from "../../errors.ts";
import { encodeDriverEvent } from "../../protocol/driver_event.ts";
import { deadLetterSubject, RESULT_SUBJECT } from "../../protocol/subjects.ts";
import type { DeadLetter, RunEnd } from "../events.ts";
import type { KeptOutcomes } from "./outcome_records.ts";
import type { Outcome } from "../run/outcome.ts";
import { type EncodedResult, encodeResult } from "./encoded_result.ts";
import type { Run } from "../run/run.ts";

/** How a run was settled. */
export interface Settled {
  readonly outcome: RunEnd;
  readonly reason?: string;
}

/** How long to leave a message alone whose result could not be stored. */
const UNCONFIRMED_BACKOFF = { initialMs: 1000, maxMs: 30_000 } as const;

/** Settles a run by what its attempt came to. Never rejects. */
export async function settle(run: Run, outcome: Outcome, kept: KeptOutcomes): Promise<Settled> {
  const flushed = run.flushLogs();
  if (flushed) await flushed;
  switch (outcome.kind) {
    case "lease-lost":
      return { outcome: "lease-lost" };
    case "hand-back":
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
      return await settleResult(run, encodeResult(run, outcome), kept);
  }
}

async function settleResult(run: Run, parcel: EncodedResult, kept: KeptOutcomes): Promise<Settled> {
  const { outcome } = parcel;
  if (!run.lease?.held) {
    // Nobody else has had the message if its next delivery comes to us: then what was done need not be done again.
    if (run.lease?.stalled) {
      kept.keep(run.resultId, { outcome, onlyDelivery: run.delivery.deliveryCount + 1 });
    }
    return { outcome: "lease-lost" };
  }
  try {
    if (await isStoredElsewhere(run)) {
      run.delivery.ack();
      return { outcome: "already-done" };
    }
    await store(run, parcel);
  } catch (error) {
    kept.keep(run.resultId, { outcome });
    run.session.journal?.record(run.key, outcome, false);
    run.delivery.nak(backoffMs(run.attempt, UNCONFIRMED_BACKOFF));
    return { outcome: "unconfirmed", reason: messageOf(error) };
  }
  // Its message may come again from a new consumer: that delivery need not do it again.
  if (run.detached) kept.keep(run.resultId, { outcome });
  const { result, deadLetterReason: giveUp } = outcome;
  if (giveUp === undefined) {
    run.delivery.ack();
    return { outcome: result.success ? "succeeded" : "failed" };
  }
  const reason = await publishDeadLetter(run, giveUp);
  run.delivery.term(reason);
  return { outcome: "dead-lettered", reason };
}

/**
 * Whether another process has stored a result of this run meanwhile. Leases rule that out, unless the consumer was deleted under
 * the run: then its message may have come to somebody else at the same time.
 */
async function isStoredElsewhere(run: Run): Promise<boolean> {
  if (!run.detached && !run.mayBeRepeat) return false;
  const remembered = await run.session.journal?.find(run.key);
  return remembered !== undefined && !remembered.republish;
}

/** Stores a result, where the server has a place for it, and resolves when it is confirmed. */
async function store(run: Run, { outcome, bytes }: EncodedResult): Promise<void> {
  const { connection, journal } = run.session;
  if (!bytes) return;
  const { result, deadLetterReason: giveUp } = outcome;
  const confirmed = connection.publishConfirmed(RESULT_SUBJECT, bytes, { messageId: run.resultId });
  journal?.record(run.key, { result, ...(giveUp !== undefined && { giveUp }) });
  await confirmed;
}

/** Tells of a run that was given up: to the user's hook, and on v2 as an event. Gives the reason. */
async function publishDeadLetter(run: Run, reason: string): Promise<string> {
  const { session, driver, message, delivery } = run;
  const letter: DeadLetter = {
    ...run.ref,
    subject: delivery.subject,
    sequence: delivery.sequence,
    event: message.event,
    payload: message.payload,
    reason,
  };
  try {
    await session.hooks.onDeadLetter?.(letter);
  } catch (error) {
    warn(run, "hook-threw", `onDeadLetter threw: ${messageOf(error)}`, error);
  }
  if (session.protocol === "v1") return reason; // Its work-queue stream would keep the event for ever.
  try {
    await session.connection.publishConfirmed(
      deadLetterSubject(driver.name),
      encodeDriverEvent({
        event: "dead-letter",
        driver: driver.name,
        runId: message.runId,
        messageId: message.id,
        resource: message.rawResource,
        data: { reason, attempt: run.attempt, event: message.event, sequence: delivery.sequence },
      }),
      { messageId: `${run.resultId}:dead-letter` },
    );
  } catch (error) {
    warn(
      run,
      "dead-letter-lost",
      `the dead-letter event of run ${message.runId} could not be stored: ${messageOf(error)}`,
      error,
    );
  }
  return reason;
}

function warn(run: Run, code: string, message: string, error: unknown): void {
  run.session.emit({
    type: "warning",
    code,
    message,
    driver: run.driver.name,
    ...(error instanceof Error && { error }),
  });
}
