/** Tells whether a list of log entries is whole. @module */

import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import { createLogProgress } from "../logs/log_progress.ts";

/**
 * Whether a run's entries, as `listLogs` returns them, are its whole log: the last entry that a driver of this package writes
 * says how many there are. `false` also for a driver of another SDK, which writes none: its log may be whole or not.
 *
 * @param drivers The drivers of the steps that have run, one that has two steps twice. Without them: those in `entries`.
 *
 * @example
 * ```ts
 * import { createClient, isWholeLog } from "@conveyor/driver/client";
 *
 * const entries = await createClient().listLogs({ runId: "0b5e…" });
 * if (!isWholeLog(entries, ["build", "deploy"])) console.warn("entries may be missing");
 * ```
 */
export function isWholeLog(entries: readonly LogEntry[], drivers?: readonly string[]): boolean {
  const progress = createLogProgress();
  entries.forEach(progress.add);
  return progress.size > 0 && progress.incomplete(drivers).length === 0;
}
