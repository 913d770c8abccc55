/** Where a run's log comes from. @module */

import type { LogEntry } from "../../protocol/log_entry.ts";

/** Quiet after which the replay of what is stored counts as over, in milliseconds. */
export const SETTLE_MS = 500;

/** What a log tells its reader. */
export interface LogReader {
  /** The connection stands. */
  onOpen(): void;
  /** Something came, an entry or a heartbeat. */
  onActivity(): void;
  onEntry(entry: LogEntry): void;
}

/** A run's log on a server. */
export interface LogSource {
  /** Connects and reads: what is stored, then what comes. Resolves when the server ends it; rejects when it breaks off. */
  read(reader: LogReader, signal: AbortSignal, timeoutMs: number): Promise<void>;
  /** Lists what is stored. */
  list(signal: AbortSignal): Promise<LogEntry[]>;
}
