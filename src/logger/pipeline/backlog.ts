/** Records that wait for their turn at a sink. @module */

import type { LogRecord } from "../record.ts";

/** Lines that came between two flushes. */
export interface FlushBatch {
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
export function newFlushBatch(): FlushBatch {
  return { pending: 0, size: 0, givenUp: false };
}

/** A record, and the epoch that it came in. */
export interface QueuedRecord {
  readonly record: LogRecord;
  readonly batch: FlushBatch;
}

/** Records that wait until the sink has stored others, oldest first. */
export class Backlog {
  #kept: QueuedRecord[] = [];
  #next = 0;

  /** Adds a record as the last one. */
  add(record: LogRecord, epoch: FlushBatch): void {
    this.#kept.push({ record, batch: epoch });
  }

  /** Takes the oldest record. */
  take(): QueuedRecord | undefined {
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
  dropGivenUp(): void {
    this.#kept = this.#kept.slice(this.#next).filter(({ batch: epoch }) => !epoch.givenUp);
    this.#next = 0;
  }
}
