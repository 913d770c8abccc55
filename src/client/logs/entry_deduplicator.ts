/** Drops log entries that were read before. @module */

import type { LogEntry } from "../../protocol/logs/log_entry.ts";

/** Tells new entries from repeated ones, over several passes over one log. */
export interface EntryDeduplicator {
  /**
   * Begins a pass over the log: a connection with its replay, or a list. The returned function says whether the next entry of
   * the pass is new.
   */
  beginPass(): (entry: LogEntry) => boolean;
}

/**
 * Creates a deduplicator, which keeps driver, time and message of each entry.
 *
 * Times with a fraction of a second are unique within a run: the second of two equal entries is a repeat. Times in whole
 * seconds are not: an entry is new when this pass has more entries equal to it than any pass before.
 */
export function createEntryDeduplicator(): EntryDeduplicator {
  const counts = new Map<string, number>();
  return {
    beginPass() {
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
