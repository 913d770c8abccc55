/** The record of a log line, and the interface of a sink. @module */

import type { EndOfLog } from "../protocol/logs/end_of_log.ts";

/** The severity of a line. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Names and values attached to a line. */
export type Labels = Record<string, string>;

/** The label of the runtime's own lines. No other line has it. */
export const OWN_LABEL = "conveyor";

const NONE: Labels = Object.freeze({});

/** Returns no labels: one object for all lines that have none. */
export function noLabels(): Labels {
  return NONE;
}

/** One line of a run's log. Secrets in its texts are masked. */
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
  /** The severity. */
  readonly level: LogLevel;
  /**
   * RFC 3339 in UTC with nanoseconds, all of the same length; strictly increasing within a run, also as text, unless the host's
   * clock is set back by more than five minutes.
   */
  readonly timestamp: string;
  /** The line, without a line break at its end. */
  readonly message: string;
  /** The caller's own labels. */
  readonly labels: Readonly<Labels>;
  /** What the last line of a delivery says. `message` has it in words. */
  readonly end?: EndOfLog;
  /** The trace that it belongs to. */
  readonly trace?: TraceIds;
}

/** A trace and the span in it, as W3C writes them. */
export interface TraceIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/**
 * Stores lines. A sink is a function; one that holds resources is also disposable.
 *
 * The promise it returns resolves when the line is stored (`void` counts as stored at once) and rejects when it was not
 * stored. A sink must not drop a line silently.
 */
export interface LogSink {
  (record: LogRecord): unknown;
  /** A short name for counters and error messages, for example `loki`. */
  readonly sinkName?: string;
  /** Most lines that it stores at the same time; the others wait in the logger. @default {1000} */
  readonly maxInFlight?: number;
  /** Sends unfinished batches now. Resolves when each line it received is stored or has failed. */
  flush?(): Promise<void>;
  /** Flushes and frees its resources. */
  [Symbol.asyncDispose]?(): Promise<void>;
}
