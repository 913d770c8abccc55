/** Log entries: LogEntry (v2) and the live line (v1). @module */

import { encodeJson } from "../../encoding/json.ts";
import { MalformedMessageError } from "../malformed.ts";
import { objectOf } from "../read.ts";

/** One line of a run's log. */
export interface LogEntry {
  /** The run's id. */
  runId: string;
  /** The driver's name. */
  driver: string;
  /** The pipeline's name; empty when the run has none. */
  pipeline: string;
  /** RFC 3339 from this package; other SDKs write Unix seconds as text. */
  timestamp: string;
  /** The text of the line. */
  message: string;
}

/** The wire form of a log entry. */
export interface WireLogEntry {
  runid: string;
  driver: string;
  pipeline: string;
  timestamp: string;
  message: string;
}

/** Converts a log entry to its wire form. */
export function toWireLogEntry(entry: LogEntry): WireLogEntry {
  const { runId, driver, pipeline, timestamp, message } = entry;
  return { runid: runId, driver, pipeline, timestamp, message };
}

/** Encodes a log entry. `labels` are for live subscribers; the server stores the five fields only. */
export function encodeLogEntry(entry: LogEntry, labels?: Record<string, string>): Uint8Array {
  const wire = toWireLogEntry(entry);
  return encodeJson(labels && Object.keys(labels).length > 0 ? { ...wire, labels } : wire);
}

/**
 * Reads a log entry from its wire form. A number as `timestamp` becomes text.
 *
 * @throws {MalformedMessageError} it is not an object, or has no `message`.
 */
export function readLogEntry(value: unknown): LogEntry {
  const object = objectOf(value, "the log entry");
  const { message } = object;
  if (typeof message !== "string") {
    throw new MalformedMessageError(`the log entry has no "message"`);
  }
  return {
    runId: textOf(object["runid"]),
    driver: textOf(object["driver"]),
    pipeline: textOf(object["pipeline"]),
    timestamp: textOf(object["timestamp"]),
    message,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** Returns the time of a log entry in milliseconds, from RFC 3339 or Unix seconds; `NaN` when its timestamp is neither. */
export function logEntryMs({ timestamp }: Pick<LogEntry, "timestamp">): number {
  return Number(timestamp) * 1000 || Date.parse(timestamp);
}

/** Returns the time of a log entry; `undefined` when its timestamp cannot be read. */
export function logEntryTime(entry: Pick<LogEntry, "timestamp">): Date | undefined {
  const ms = logEntryMs(entry);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** Encodes the live line of v1: `[unixSeconds, message]`, both text. */
export function encodeLiveLineV1(unixSeconds: number, message: string): Uint8Array {
  return encodeJson([String(Math.trunc(unixSeconds)), message]);
}
