/** Options of the calls for logs. @module */

import type { LogEntry } from "../protocol/log_entry.ts";

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
   * Ends the stream when it fulfils and the log is whole; when it rejects, the stream throws its error. For example the
   * promise of `waitForRun`: its outcome names the `drivers` whose logs are waited for; without it, those that have shown
   * entries are.
   */
  until?: Promise<unknown> | undefined;
  /**
   * How long to wait, after `until` and the last new entry, for a step whose log does not say where it ends, in milliseconds:
   * one of another SDK, or with the run's own log off. @default {"5000, and 30000 for one without any entry"}
   */
  windowMs?: number | undefined;
  /** Ends the stream without an error. */
  signal?: AbortSignal | undefined;
  /** Called when a connection is lost, with the delay before the next attempt. */
  onReconnect?: ((loss: { error: unknown; attempt: number; delayMs: number }) => void) | undefined;
  /** Time without data after which a connection counts as lost, in milliseconds; heartbeats come every 15 s. @default {45000} */
  idleTimeoutMs?: number | undefined;
}

/** The entries of a run's log, and whether they are all of them. */
export interface LogStream extends AsyncIterable<LogEntry> {
  /**
   * Whether every step's log has been read to its end, as far as it was read. `false` means that entries may be missing: the
   * last entry that a driver of this package writes says how many there are, and other SDKs write none.
   */
  readonly complete: boolean;
  /** The drivers whose log may lack entries. */
  readonly incomplete: readonly string[];
}
