/** The source of a log stream: the log of a run on one server. @module */

import type { LogEntry } from "../../protocol/logs/log_entry.ts";

/** Quiet time after which the replay of stored entries counts as complete, in milliseconds. */
export const SETTLE_MS = 500;

/** Receives what a connection delivers. */
export interface LogReader {
  /** The connection is established. */
  onOpen(): void;
  /** Data has arrived: an entry or a heartbeat. */
  onActivity(): void;
  onEntry(entry: LogEntry): void;
  /** The connection delivers entries of another log instead. */
  onGap?(): void;
}

/** The log of a run on a server. */
export interface LogSource {
  /**
   * Connects, and reads stored entries, then new ones. Resolves when the server ends the stream or the signal fires, rejects
   * when the connection fails.
   */
  read(reader: LogReader, signal: AbortSignal, timeoutMs: number): Promise<void>;
  /** Lists stored entries. */
  list(signal: AbortSignal): Promise<LogEntry[]>;
}
