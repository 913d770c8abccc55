/** The interface of the logger that drivers write to. @module */

import type { EndOfLog } from "../protocol/logs/end_of_log.ts";
import type { Labels, LogLevel } from "./record.ts";
import type { SinkStats } from "./sink_stats.ts";

/** Writes the lines of one run. Its methods neither block nor throw. */
export interface Logger extends AsyncDisposable {
  /** Writes a line at info level with labels: the method named by the Conveyor driver specification. */
  log(labels: Labels, message: string): void;
  /** Logs at debug level. */
  debug(message: string, details?: LogDetails): void;
  /** Logs at info level. */
  info(message: string, details?: LogDetails): void;
  /** Logs at warn level. */
  warn(message: string, details?: LogDetails): void;
  /** Logs at error level. */
  error(message: string, details?: LogDetails): void;
  /** Creates a logger of the same run that adds these labels to each line. */
  child(labels: Labels): Logger;
  /** Creates a stream of bytes or text that logs each line of its input, with backpressure. */
  writable(options?: WritableOptions): WritableStream<Uint8Array | string>;
  /** Replaces this secret with `***` from now on, in lines, labels, errors and results. */
  mask(secret: string): void;
  /** Resolves when each line written so far is stored by each sink or has failed. Never rejects. */
  flush(): Promise<void>;
  /** Flushes. Lines written later are dropped. Idempotent. */
  close(): Promise<void>;
  /** Returns the counters of the lines so far, one entry for each sink. Lines of children are included. */
  stats(): SinkStats[];
}

/** The logger of a run as its manager has it. */
export interface ManagedLogger extends Logger {
  /** Writes a line of the runtime's own, with the stack of what was thrown. */
  own(level: LogLevel, message: string, thrown?: unknown): void;
  /** Writes the last line, which has the number of entries in each sink. */
  end(level: LogLevel, end: Omit<EndOfLog, "entries">): void;
}

/** Details of a line: labels, or an error whose stack is kept. Values that are not text are written as JSON. */
export type LogDetails = Record<string, unknown> | Error;

/** Options of {@linkcode Logger.writable}. */
export interface WritableOptions {
  /** The lines' level. @default {"info"} */
  level?: "debug" | "info" | "warn" | "error";
  /** Labels of every line. */
  labels?: Labels;
  /**
   * Characters after which a line without a line break is split, never inside a secret. The parts are marked with `…`.
   *
   * @default {1048576}
   */
  maxLineLength?: number;
  /**
   * Least time between two kept states of a progress bar (a line overwritten after a carriage return), in milliseconds.
   * The last state is always kept; `Infinity` keeps that one only.
   *
   * @default {5000}
   */
  progressIntervalMs?: number;
}
