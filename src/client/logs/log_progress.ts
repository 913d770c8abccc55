/** Knows from the last entries of a log which steps' logs are whole. @module */

import { type EndOfLog, OWN_ENTRY, parseEndOfLog } from "../../protocol/end_of_log.ts";
import { type LogEntry, logEntryTime } from "../../protocol/log_entry.ts";

/** How much of a log has been read. */
export interface LogProgress {
  /** Entries read. */
  readonly size: number;
  /** Counts an entry. */
  add(entry: LogEntry): void;
  /** Returns the drivers whose log may lack entries. A driver that is named twice has two steps. */
  incomplete(drivers?: readonly string[]): string[];
  /** Whether there are entries of a driver, and whether this package has written any of them. */
  sign(driver: string): "none" | "other" | "own";
}

interface DriverLog {
  readonly times: number[];
  readonly ends: (EndOfLog & { readonly time: number })[];
  own: boolean;
}

/** A delivery with another outcome is followed by one more. */
const FINAL = /^(succeeded|failed|superseded)$/;

/** Creates the progress of reading one run's log. */
export function createLogProgress(): LogProgress {
  const logs = new Map<string, DriverLog>();
  let size = 0;

  function isWhole(driver: string, steps: number): boolean {
    const { times, ends } = logs.get(driver) ?? { times: [], ends: [] };
    return ends.filter(({ outcome }) => FINAL.test(outcome)).length >= steps &&
      ends.every((end) => times.filter((time) => isWithin(time, end)).length >= end.entries);
  }

  return {
    get size() {
      return size;
    },
    add(entry) {
      const { driver, message } = entry;
      const log: DriverLog = logs.get(driver) ?? { times: [], ends: [], own: false };
      const time = logEntryTime(entry)?.getTime() ?? 0;
      logs.set(driver, log);
      log.times.push(time);
      size++;
      if (!message.startsWith(OWN_ENTRY)) return;
      log.own = true;
      const end = parseEndOfLog(message);
      if (end) log.ends.push({ ...end, time });
    },
    incomplete(drivers = [...logs.keys()]) {
      return [...new Set(drivers)]
        .filter((driver) => !isWhole(driver, drivers.filter((each) => each === driver).length));
    },
    sign(driver) {
      const log = logs.get(driver);
      return log ? log.own ? "own" : "other" : "none";
    },
  };
}

/** Whether a delivery may have written an entry of this time. Its duration is rounded, and an earlier one may have crashed. */
function isWithin(time: number, { time: end, durationMs }: DriverLog["ends"][number]): boolean {
  return time <= end && time >= end - durationMs * 1.01 - 1000;
}
