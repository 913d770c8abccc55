/** Counts the entries that split lines add to a log, so that its last line has the right number. @module */

import { endOfLogMessage } from "../../protocol/logs/end_of_log.ts";
import type { LogRecord } from "../record.ts";

/** Most runs that are counted at a time: those of loggers without a manager have no last line. */
const MOST_RUNS = 1000;

/** The entries beyond one a line, by run. */
export class EntryParts {
  readonly #counts = new Map<string, number>();

  /** Runs with split lines. */
  get size(): number {
    return this.#counts.size;
  }

  /** A line of this run has so many entries more than one. */
  add(record: LogRecord, entries: number): void {
    if (this.#counts.size >= MOST_RUNS) this.#counts.clear();
    const key = keyOf(record);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + entries);
  }

  /** Adds them to the last line of a run. */
  recounted(record: LogRecord): LogRecord {
    const key = keyOf(record);
    const extra = this.#counts.get(key);
    if (extra === undefined || !record.end) return record;
    this.#counts.delete(key);
    const end = { ...record.end, entries: record.end.entries + extra };
    return { ...record, end, message: endOfLogMessage(end) };
  }
}

function keyOf({ driver, runId }: LogRecord): string {
  return `${driver} ${runId}`;
}
