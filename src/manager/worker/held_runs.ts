/** The runs of a driver that are not settled. @module */

import type { Run } from "../run/run.ts";

/** Runs that are not settled, and which of them have lost their consumer. */
export class HeldRuns {
  readonly #runs = new Set<Run>();
  readonly #detached = new Set<Run>();

  [Symbol.iterator](): Iterator<Run> {
    return this.#runs.values();
  }

  /** A run has arrived. */
  add(run: Run): void {
    this.#runs.add(run);
  }

  /** A run has ended, or will not start. */
  delete(run: Run): void {
    this.#runs.delete(run);
    this.#detached.delete(run);
  }

  /**
   * Those that arrived before `replacedAt`, when another consumer took the place of theirs, go on without a lease. Returns how many.
   */
  detach(replacedAt: number, onDetached: (run: Run) => void): number {
    let count = 0;
    for (const run of this.#runs) {
      if (run.arrivedAt >= replacedAt) continue;
      run.detach();
      this.#detached.add(run);
      onDetached(run);
      count++;
    }
    return count;
  }

  /**
   * Whether one of them has the lease on the event of a delivery that may be a repeat: a killed broker has forgotten that, and has
   * made another delivery. Two would end each other: the broker tells them apart by nothing.
   */
  holdCopyOf(delivered: Run): boolean {
    return delivered.mayBeRepeat &&
      like(delivered, this.#runs).some(({ mayBeRepeat, detached, lease }) =>
        mayBeRepeat && !detached && lease?.held
      );
  }

  /** Those without a lease for the same event as one that has arrived: it is still in the stream. */
  detachedLike(run: Run): Run[] {
    return like(run, this.#detached);
  }
}

function like(run: Run, runs: ReadonlySet<Run>): Run[] {
  return [...runs].filter((one) => one.resultId === run.resultId);
}
