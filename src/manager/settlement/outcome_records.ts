/** Finds the outcome of a run that an earlier delivery has reached already: in this process, or in one that is gone. @module */

import { messageOf } from "../../errors.ts";
import type { Outcome, ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";

/** An outcome that is kept for the next delivery of its message. */
interface KeptOutcome {
  readonly outcome: ResultOutcome;
  /** The only delivery that may use it; `undefined` when any may. */
  readonly onlyDelivery: number | undefined;
}

/** How long to leave a message alone when the journal cannot be read, in milliseconds. */
const JOURNAL_RETRY_MS = 2000;

/** The outcomes of one driver's runs: those that this process could not store yet, the newest `limit` of them, and the journal's. */
export class OutcomeRecords {
  readonly #kept = new Map<string, KeptOutcome>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** Finds the outcome of an earlier delivery; `undefined` when the run is still to be done. A kept one is taken out. Never rejects. */
  async find(run: Run): Promise<Outcome | undefined> {
    const kept = this.#take(run);
    if (kept) return kept;
    try {
      const recorded = await run.session.journal?.find(run.key);
      if (!recorded) return undefined;
      if (!recorded.republish) return { kind: "already-done" };
      const { result, deadLetterReason } = recorded;
      return {
        kind: "result",
        result,
        ...(deadLetterReason !== undefined && { deadLetterReason }),
      };
    } catch (error) {
      const reason = `the journal could not be read: ${messageOf(error)}`;
      return { kind: "retry", delayMs: JOURNAL_RETRY_MS, reason };
    }
  }

  /**
   * Keeps an outcome for the next delivery of its message; the oldest one is dropped at the limit. With `onlyDelivery`, no later
   * delivery may use it: an outcome whose lease ran out counts only if no other process has had the message since.
   */
  keep(run: Run, outcome: ResultOutcome, onlyDelivery?: number): void {
    this.#kept.delete(run.resultId);
    this.#kept.set(run.resultId, { outcome, onlyDelivery });
    if (this.#kept.size <= this.#limit) return;
    const oldest = this.#kept.keys().next().value;
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  /**
   * Whether another process has stored a result of this run meanwhile. Leases rule that out, unless the consumer was deleted
   * under the run: then its message may have been delivered to another process at the same time.
   */
  async isStored(run: Run): Promise<boolean> {
    const recorded = await run.session.journal?.find(run.key);
    return recorded !== undefined && !recorded.republish;
  }

  #take({ resultId, delivery }: Run): ResultOutcome | undefined {
    const kept = this.#kept.get(resultId);
    if (!kept) return undefined;
    this.#kept.delete(resultId);
    const usable = kept.onlyDelivery === undefined || kept.onlyDelivery === delivery.deliveryCount;
    return usable ? kept.outcome : undefined;
  }
}
