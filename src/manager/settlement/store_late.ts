/** Stores a result again whose confirmation was lost, before the stream forgets its id. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { hasCode } from "../../errors.ts";
import { RESULT_SUBJECT, STREAMS } from "../../protocol/subjects.ts";
import type { ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { justAsked } from "./just_asked.ts";
import type { OutcomeRecords } from "./outcome_records.ts";

/** How long to wait between two tries, in milliseconds: half of it at least. It spreads the results of one outage. */
const INTERVAL_MS = 1000;

/**
 * Publishes an unconfirmed result again once the connection is back, with its id. The redelivery of its message may come when
 * the stream has forgotten that id. Gives up when most of the duplicate window is over, when the redelivery is there, when the
 * stream refuses it, or when the manager stops. Never rejects.
 */
export async function storeLate(
  run: Run,
  outcome: ResultOutcome,
  bytes: Uint8Array,
  sentAt: number,
  records: OutcomeRecords,
): Promise<void> {
  const { connection, shuttingDown } = run.session;
  let windowMs = Infinity;
  let closed = false;
  void connection.closed.then(() => closed = true);
  const isDue = () =>
    records.keeps(run) && !closed && !shuttingDown.aborted &&
    performance.now() - sentAt < windowMs * 0.75;
  while (isDue()) {
    await delayUnlessAborted(INTERVAL_MS * (0.5 + Math.random() / 2), shuttingDown);
    if (!connection.connected) continue;
    try {
      windowMs = (await connection.streamInfo(STREAMS.pipelineEngine))?.duplicateWindowMs ?? 0;
      const found = await run.session.journal?.lookUp(run.key);
      // The process that has recorded it meanwhile has its message, and stores it.
      if (!isDue() || (found && "foreign" in found)) return;
      if (!found?.stored) {
        const options = { messageId: run.resultId, lease: justAsked(isDue) };
        await connection.publishConfirmed(RESULT_SUBJECT, bytes, options);
      }
      return records.storedLate(run, outcome, found?.stored);
    } catch (error) {
      // What is refused waits for its redelivery.
      if (connection.connected && !hasCode(error, "timeout")) return;
    }
  }
}
