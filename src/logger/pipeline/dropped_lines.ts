/** Counts lines that a full buffer drops, and reports them in their place. @module */

import type { LogRecord } from "../record.ts";

/** Lines dropped one after another, until a line in their place reports them. */
export class DroppedLines<First> {
  #first: First | undefined;
  #count = 0;

  /** Counts a dropped line. */
  add(line: First): void {
    this.#first ??= line;
    this.#count++;
  }

  /** Returns the first of the lines and how many they were, and starts again; `undefined` when none was dropped. */
  take(): { first: First; count: number } | undefined {
    if (this.#first === undefined) return undefined;
    const taken = { first: this.#first, count: this.#count };
    this.#first = undefined;
    this.#count = 0;
    return taken;
  }
}

/** Creates the record that reports dropped lines. It has the time of the first of them. */
export function droppedRecord(first: LogRecord, count: number): LogRecord {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return {
    ...first,
    level: "warn",
    message: `… ${lines} dropped: they came faster than the log could be stored`,
    labels: { dropped: String(count) },
  };
}
