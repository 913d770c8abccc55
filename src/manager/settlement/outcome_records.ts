/** Records of outcomes that earlier deliveries have reached, in this process or in another one. @module */

import { messageOf } from "../../errors.ts";
import type { Outcome, ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { redeliveryDelayMs } from "../session/retry_backoff.ts";

/** An outcome that is kept for the next delivery of its message. */
interface Entry {
  readonly outcome: ResultOutcome;
  /** The only delivery that may use it; `undefined` when any may. */
  readonly onlyDelivery: number | undefined;
}

/** The outcomes of one driver's runs: the journal's, and the newest `limit` of those that this process could not store yet. */
export class OutcomeRecords {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** Finds the outcome of an earlier delivery; `undefined` when the run is still to be done. A kept one is taken out. Never rejects. */
  async find(run: Run): Promise<Outcome | undefined> {
    const own = this.#take(run);
    if (own) return own;
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
      const reason = `cannot read the outcome journal: ${messageOf(error)}`;
      return { kind: "retry", delayMs: redeliveryDelayMs(error), reason };
    }
  }

  /**
   * Keeps an outcome for the next delivery of its message; the oldest one is dropped at the limit. With `onlyDelivery`, no later
   * delivery may use it: an outcome whose lease ran out counts only if no other process has had the message since.
   */
  keep(run: Run, outcome: ResultOutcome, onlyDelivery?: number): void {
    this.#entries.delete(run.resultId);
    this.#entries.set(run.resultId, { outcome, onlyDelivery });
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
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
    const entry = this.#entries.get(resultId);
    if (!entry) return undefined;
    this.#entries.delete(resultId);
    const usable = entry.onlyDelivery === undefined ||
      entry.onlyDelivery === delivery.deliveryCount;
    return usable ? entry.outcome : undefined;
  }
}
