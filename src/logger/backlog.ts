/** Records that wait for their turn at a sink. @module */

import type { LogRecord } from "./record.ts";

/** Lines that came between two flushes. */
export interface Epoch {
  /** Lines that are neither stored nor given up. */
  pending: number;
  /** Their characters. */
  size: number;
  /** Whether nobody waits for them any more. */
  givenUp: boolean;
  /** Called when none is pending. */
  settled?: () => void;
}

/** The time from now to the next flush. */
export function newEpoch(): Epoch {
  return { pending: 0, size: 0, givenUp: false };
}

/** A record, and the epoch that it came in. */
export interface Kept {
  readonly record: LogRecord;
  readonly epoch: Epoch;
}

/** Records that wait until the sink has stored others, oldest first. */
export class Backlog {
  #kept: Kept[] = [];
  #next = 0;

  /** Adds a record as the last one. */
  add(record: LogRecord, epoch: Epoch): void {
    this.#kept.push({ record, epoch });
  }

  /** Takes the oldest record. */
  take(): Kept | undefined {
    const kept = this.#kept[this.#next];
    if (kept === undefined) return undefined;
    this.#next++;
    if (this.#next === this.#kept.length) {
      this.#kept = [];
      this.#next = 0;
    }
    return kept;
  }

  /** Forgets the records whose epoch was given up. */
  forgetGivenUp(): void {
    this.#kept = this.#kept.slice(this.#next).filter(({ epoch }) => !epoch.givenUp);
    this.#next = 0;
  }
}
