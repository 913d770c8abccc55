/** Which log entries were handed over already. @module */

import type { LogEntry } from "../../protocol/log_entry.ts";

/** Tells entries that are new from those that came before, over several readings of one log. */
export interface SeenEntries {
  /** Begins another reading of the log: a connection with its replay, or a list. */
  reading(): (entry: LogEntry) => boolean;
}

/**
 * Remembers entries by driver, time and message.
 *
 * Times with a fraction of a second are unique within a run, so the second of two equal entries is a repeat. Times in whole
 * seconds are not: there, an entry is new when one reading holds more like it than any reading before.
 */
export function createEntryDeduplicator(): SeenEntries {
  const counts = new Map<string, number>();
  return {
    reading() {
      const here = new Map<string, number>();
      return (entry) => {
        const key = `${entry.driver}\n${entry.timestamp}\n${entry.message}`;
        const seen = counts.get(key) ?? 0;
        if (/\.\d/.test(entry.timestamp)) {
          counts.set(key, 1);
          return seen === 0;
        }
        const count = (here.get(key) ?? 0) + 1;
        here.set(key, count);
        if (count <= seen) return false;
        counts.set(key, count);
        return true;
      };
    },
  };
}
