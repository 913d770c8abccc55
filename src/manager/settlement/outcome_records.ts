/** Outcomes that this process has come to and could not store yet. @module */

import type { Outcome } from "../run/outcome.ts";

/** An outcome kept for the next delivery of its message. */
export interface KeptOutcome {
  readonly outcome: Extract<Outcome, { kind: "result" }>;
  /**
   * The delivery that may use it, when no other will do: an outcome whose lease ran out counts only if nobody else has had the
   * message since.
   */
  readonly onlyDelivery?: number;
}

/** Keeps outcomes by their result's message id, the newest `limit` of them. */
export class KeptOutcomes {
  readonly #outcomes = new Map<string, KeptOutcome>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** Keeps an outcome. The oldest one makes room. */
  keep(id: string, kept: KeptOutcome): void {
    this.#outcomes.delete(id);
    this.#outcomes.set(id, kept);
    if (this.#outcomes.size <= this.#limit) return;
    const oldest = this.#outcomes.keys().next().value;
    if (oldest !== undefined) this.#outcomes.delete(oldest);
  }

  /** Takes an outcome out, if there is one that this delivery may use. */
  take(id: string, deliveryCount: number): KeptOutcome["outcome"] | undefined {
    const kept = this.#outcomes.get(id);
    if (!kept) return undefined;
    this.#outcomes.delete(id);
    const { onlyDelivery } = kept;
    return onlyDelivery === undefined || onlyDelivery === deliveryCount ? kept.outcome : undefined;
  }
}
