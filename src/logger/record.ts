/** One line of a log on its way to the sinks, and what a sink is. @module */

/** How grave a line is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Names and values that go with a line. */
export type Labels = Record<string, string>;

const NONE: Labels = Object.freeze({});

/** No labels: one object for all lines that have none. */
export function noLabels(): Labels {
  return NONE;
}

/** One line of a run's log. Its texts are masked already. */
export interface LogRecord {
  /** The driver's name. */
  readonly driver: string;
  /** The run's id. */
  readonly runId: string;
  /** The pipeline's name; empty when the run has none. */
  readonly pipeline: string;
  /** The event that started the run; empty outside a manager. */
  readonly event: string;
  /** The message's id; empty outside a manager. */
  readonly messageId: string;
  /** How grave it is. */
  readonly level: LogLevel;
  /** RFC 3339 in UTC with nanoseconds, all of the same length; strictly increasing within a run, also as text. */
  readonly timestamp: string;
  /** The line, without a line break at its end. */
  readonly message: string;
  /** The caller's own labels. */
  readonly labels: Readonly<Labels>;
}

/**
 * Where lines go. A sink is a function; one that holds something is also disposable.
 *
 * The promise it returns resolves when the line is stored (`void` counts as stored at once) and rejects when it was not.
 * A sink must not throw away what it was given in silence.
 */
export interface LogSink {
  (record: LogRecord): void | Promise<void>;
  /** A short name for counters and reports, for example `loki`. */
  readonly sinkName?: string;
  /**
   * Lines that it is at work on at once, at most: others wait in the logger until it has stored some. @default {1000}
   */
  readonly maxInFlight?: number;
  /** Sends what it holds back for batching now; resolves when all it was given is stored or given up. */
  flush?(): Promise<void>;
  /** Flushes and frees what it holds. */
  [Symbol.asyncDispose]?(): Promise<void>;
}
