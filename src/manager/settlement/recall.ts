/** Finds out whether a run has come to its outcome already: in this process, or in one that is gone. @module */

import { messageOf } from "../../errors.ts";
import type { KeptOutcomes } from "./outcome_records.ts";
import type { Outcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";

/** How long to leave a message alone when the journal cannot be read, in milliseconds. */
const JOURNAL_RETRY_MS = 2000;

/** What an earlier delivery came to. `undefined` when the run is still to be done. */
export async function recallOutcome(run: Run, kept: KeptOutcomes): Promise<Outcome | undefined> {
  const own = kept.take(run.resultId, run.delivery.deliveryCount);
  if (own) return own;
  try {
    const remembered = await run.session.journal?.find(run.key);
    if (!remembered) return undefined;
    if (!remembered.republish) return { kind: "already-done" };
    const { result, deadLetterReason: giveUp } = remembered;
    return { kind: "result", result, ...(giveUp !== undefined && { deadLetterReason: giveUp }) };
  } catch (error) {
    const reason = `the journal could not be read: ${messageOf(error)}`;
    return { kind: "retry", delayMs: JOURNAL_RETRY_MS, reason };
  }
}
