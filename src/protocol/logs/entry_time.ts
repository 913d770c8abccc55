/** Orders log entries by time. @module */

import { type LogEntry, logEntryMs } from "./log_entry.ts";

/**
 * Compares two entries by time, whichever way it is written: for a stable sort, which leaves those of one time as they are. Times of
 * this package are text of one length, and differ also within a millisecond.
 */
export function byTime(a: LogEntry, b: LogEntry): number {
  const [first, second] = [a.timestamp, b.timestamp];
  return logEntryMs(a) - logEntryMs(b) ||
    (first.length - second.length ? 0 : first > second ? 1 : -Number(first < second));
}
