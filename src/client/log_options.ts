/** Options of the calls for logs. @module */

import type { LogEntry } from "../protocol/logs/log_entry.ts";

/** Selects stored log entries; fields that are left out match every entry. */
export interface LogFilter {
  /** The run's id. */
  runId?: string | undefined;
  /** The driver's name. */
  driver?: string | undefined;
  /** The pipeline's name. */
  pipeline?: string | undefined;
}

/** A log entry to store. */
export interface CreateLogInput extends Pick<LogEntry, "runId" | "driver" | "message"> {
  /** The pipeline's name; none when the run has none. */
  pipeline?: string | undefined;
  /** RFC 3339. @default {"now"} */
  timestamp?: string | undefined;
}

/** Options of a log stream. */
export interface StreamLogsOptions {
  /** The run's id. */
  runId: string;
  /** Only this driver's entries; needed on v1 servers. */
  driver?: string | undefined;
  /** Whether to continue with new entries after the stored ones. @default {true} */
  follow?: boolean | undefined;
  /**
   * Ends the stream when it fulfils, after the entries that are stored by then; when it rejects, the stream throws its
   * error. For example the promise of `waitForRun`.
   */
  until?: Promise<unknown> | undefined;
  /** Ends the stream without an error. */
  signal?: AbortSignal | undefined;
  /** Called when a connection is lost, with the delay before the next attempt. */
  onReconnect?: ((loss: { error: unknown; attempt: number; delayMs: number }) => void) | undefined;
  /** Time without data after which a connection counts as lost, in milliseconds; heartbeats come every 15 s. @default {45000} */
  idleTimeoutMs?: number | undefined;
}
