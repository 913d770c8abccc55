/** The record that reports dropped lines. @module */

import type { LogRecord } from "./record.ts";

/** What a sink of this package returns for a line that it has dropped, and reports itself. */
export const DROPPED: unique symbol = /* @__PURE__ */ Symbol("dropped");

/** Creates the record that reports dropped lines. It has the timestamp of `line`, which is one of them. */
export function droppedRecord(
  line: Omit<LogRecord, "level" | "message" | "labels">,
  count: number,
  why = "they were written faster than they could be stored",
): LogRecord {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return {
    ...line,
    level: "warn",
    message: `… ${lines} dropped: ${why}`,
    labels: { dropped: String(count) },
  };
}
