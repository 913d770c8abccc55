/** Publishes the runs of a ledger, no further than it is allowed to. */

import type { Checker } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import type { PlannedRun } from "./planned_run.ts";

const LANES = 32;

/** Publishes events with message ids, each until it is confirmed. */
export class Publisher {
  /** Resolves when all are confirmed. */
  readonly done: Promise<void>;
  /** Events that are confirmed. */
  published = 0;
  /** Tries beyond the first. */
  retries = 0;
  readonly #checker: Checker;
  readonly #ledger: Ledger;
  readonly #subject: (run: PlannedRun) => string;
  #next = 0;
  #allowed = 0;
  #waiting: (() => void)[] = [];

  constructor(
    checker: Checker,
    ledger: Ledger,
    subject: (run: PlannedRun) => string = (run) => `resources.${run.resource["resource"]}`,
  ) {
    this.#checker = checker;
    this.#ledger = ledger;
    this.#subject = subject;
    this.done = Promise.all(Array.from({ length: LANES }, () => this.#work())).then(() => {});
    this.done.catch(() => undefined); // Those who wait for it hear of it.
  }

  /** Lets it publish the first `count` runs. */
  allow(count: number): void {
    this.#allowed = Math.max(this.#allowed, count);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Lets it publish so many more. */
  allowMore(count: number): void {
    this.allow(this.#allowed + count);
  }

  /** Lets it publish all. */
  allowAll(): void {
    this.allow(this.#ledger.runs.length);
  }

  /** Publishes no more than it has begun to: the ledger ends there. */
  finish(): void {
    this.#ledger.truncate(this.#next);
    this.allowAll();
  }

  async #work(): Promise<void> {
    for (;;) {
      while (this.#next >= this.#allowed && this.#next < this.#ledger.runs.length) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const run = this.#ledger.runs[this.#next++];
      if (!run) return this.allowAll(); // The lanes that wait for more have to see that there is none.
      const tries = await this.#checker.publish(
        this.#subject(run),
        this.#ledger.encode(run),
        `event:${run.messageId}`,
      );
      this.retries += tries - 1;
      this.published++;
    }
  }
}
