/** The line that stands where others are missing. @module */

import type { LogRecord } from "../record.ts";

/** The line that says how many lines are missing at its place. */
export function droppedRecord(first: LogRecord, count: number): LogRecord {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return {
    ...first,
    level: "warn",
    message: `… ${lines} dropped: they came faster than the log could be stored`,
    labels: { dropped: String(count) },
  };
}
