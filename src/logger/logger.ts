/** The logger that drivers write to. @module */

import type { Labels } from "./record.ts";
import type { SinkStats } from "./sink_stats.ts";

/** Writes the lines of one run. Never blocks and never throws. */
export interface Logger extends AsyncDisposable {
  /** Writes a line with labels: the method that the specification names. */
  log(labels: Labels, message: string): void;
  /** Writes a line for those who look for a fault. */
  debug(message: string, details?: LogDetails): void;
  /** Writes a line. */
  info(message: string, details?: LogDetails): void;
  /** Writes a line about something that is not as it should be. */
  warn(message: string, details?: LogDetails): void;
  /** Writes a line about something that failed. */
  error(message: string, details?: LogDetails): void;
  /** A logger of the same run whose lines all carry these labels too. */
  child(labels: Labels): Logger;
  /** A stream of bytes or text that writes a line for each line it gets, with back-pressure. */
  writable(options?: WritableOptions): WritableStream<Uint8Array | string>;
  /** From now on, shows `***` wherever this secret stands, in lines, labels, errors and results. */
  mask(secret: string): void;
  /** Resolves when every line written so far is stored by every sink or given up. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, then drops what comes later. Idempotent. */
  close(): Promise<void>;
  /** What became of the lines so far, one entry for each sink. Children count with their run's logger. */
  stats(): SinkStats[];
}

/** What may go with a line: labels, or an error whose stack is kept. Values that are not text are written as JSON. */
export type LogDetails = Record<string, unknown> | Error;

/** How a stream of output becomes lines. */
export interface WritableOptions {
  /** The lines' level. @default {"info"} */
  level?: "debug" | "info" | "warn" | "error";
  /** Labels of every line. */
  labels?: Labels;
  /**
   * Characters after which a line that does not end is cut, never inside a secret. The pieces are marked with `…`.
   *
   * @default {1048576}
   */
  maxLineLength?: number;
  /**
   * Least time between two states of a progress bar (a line written over after a carriage return) that are kept, in
   * milliseconds. The last state is always kept; `Infinity` keeps that one only.
   *
   * @default {5000}
   */
  progressIntervalMs?: number;
}
