/** Stores a result again whose confirmation was lost, before the stream forgets its id. @module */

import { sharedDelay } from "../../async/shared_delay.ts";
import { hasCode } from "../../errors.ts";
import { RESULT_SUBJECT, STREAMS } from "../../protocol/subjects.ts";
import type { ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { justAsked } from "./just_asked.ts";
import type { OutcomeRecords } from "./outcome_records.ts";

/** How long to wait between two tries, in milliseconds: half of it at least. It spreads the results of one outage. */
const INTERVAL_MS = 1000;
/** The same while another process has the result, or the stream refuses it, in milliseconds. */
const LEFT_INTERVAL_MS = 10_000;

/**
 * Publishes an unconfirmed result again once the connection is back, with its id. The redelivery of its message may come when
 * the stream has forgotten that id. One that another process has recorded meanwhile is left to that one for half the duplicate
 * window: it may die. Gives up when most of the window is over, when the redelivery is there, or when the manager stops. Never
 * rejects.
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
  const isDue = () =>
    records.keeps(run) && !shuttingDown.aborted &&
    performance.now() - sentAt < windowMs * 0.75;
  let intervalMs = INTERVAL_MS;
  while (isDue()) {
    await sharedDelay(intervalMs * (0.5 + Math.random() / 2), shuttingDown);
    if (!connection.connected) continue;
    let tried = false;
    try {
      windowMs = (await connection.streamInfo(STREAMS.pipelineEngine))?.duplicateWindowMs ?? 0;
      const found = await run.session.journal?.lookUp(run.key);
      if (!isDue()) return;
      if (found?.foreign && performance.now() - sentAt < windowMs / 2) {
        intervalMs = LEFT_INTERVAL_MS;
        continue;
      }
      if (!found?.stored) {
        const options = { messageId: run.resultId, lease: justAsked(isDue) };
        tried = true;
        await connection.publishConfirmed(RESULT_SUBJECT, bytes, options);
        run.session.journal?.sent(run.key, outcome); // It has none, perhaps: none is sent while the connection is away.
      }
      return records.storedLate(run, outcome, found?.stored);
    } catch (error) {
      const refused = !hasCode(error, "timeout");
      if (tried) run.session.journal?.unconfirmed(run.key, outcome, refused);
      if (connection.connected && refused) intervalMs = LEFT_INTERVAL_MS;
    }
  }
}
