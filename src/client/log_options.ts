/** What can be asked of a run's log. @module */

import type { LogEntry } from "../protocol/log_entry.ts";

/** Which stored log entries to get; what is left out does not matter. */
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

/** Which log to stream and for how long. */
export interface StreamLogsOptions {
  /** The run's id. */
  runId: string;
  /** Only this driver's entries; needed on v1 servers. */
  driver?: string | undefined;
  /** Whether to go on with what comes after what is stored. @default {true} */
  follow?: boolean | undefined;
  /**
   * Ends the stream when it settles, after what is stored by then. When it rejects, the stream throws its error.
   * For example `client.waitForRun(…)`.
   */
  until?: Promise<unknown> | undefined;
  /** Ends the stream, without an error. */
  signal?: AbortSignal | undefined;
  /** Told of every connection that was lost, and when the next attempt is. */
  onReconnect?: ((loss: { error: unknown; attempt: number; delayMs: number }) => void) | undefined;
  /** Silence after which a connection counts as lost, in milliseconds; the server's heartbeat comes every 15 s. @default {45000} */
  idleTimeoutMs?: number | undefined;
}
