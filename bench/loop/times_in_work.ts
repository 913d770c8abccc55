/** How long events are in work. @module */

import { percentile } from "../median.ts";

/** The time of each run from the first line of its reconcile to the acknowledgement of its event. */
export class TimesInWork {
  readonly #startedAt = new Map<string, number>();
  readonly #ms: number[] = [];

  /** A reconcile has begun. */
  started(runId: string): void {
    this.#startedAt.set(runId, performance.now());
  }

  /** Its event is acknowledged. */
  ended(runId: string): void {
    const startedAt = this.#startedAt.get(runId);
    if (startedAt !== undefined) this.#ms.push(performance.now() - startedAt);
    this.#startedAt.delete(runId);
  }

  /** The time that this part of all runs took at most, in milliseconds. */
  percentile(part: number): number {
    return percentile(this.#ms, part);
  }
}
