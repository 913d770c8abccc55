/** Stores log entries later than they come. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { Fifo } from "../../async/fifo.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { LogStore } from "../store/log_store.ts";

/** Creates the function that stores an entry: at once, or `lagMs` later. `closing` drops the entries that still wait. */
export function lateInsert(
  logs: Pick<LogStore, "insert">,
  lagMs: number,
  closing: AbortSignal,
): (entry: LogEntry) => void {
  if (lagMs === 0) return (entry) => logs.insert(entry);
  const waiting = new Fifo<{ entry: LogEntry; dueMs: number }>();
  let isRunning = false;

  /** One timer for all entries: there may be tens of thousands. */
  async function run(): Promise<void> {
    isRunning = true;
    for (let next = waiting.take(); next; next = waiting.take()) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) await delayUnlessAborted(leftMs, closing);
      if (closing.aborted) return;
      logs.insert(next.entry);
    }
    isRunning = false;
  }

  return (entry) => {
    waiting.add({ entry, dueMs: performance.now() + lagMs });
    if (!isRunning) void run();
  };
}
