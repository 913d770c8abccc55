/** How stored log entries are asked for, and how they come back. @module */

import { type LogEntry, readLogEntry } from "./log_entry.ts";
import { MalformedMessageError } from "./malformed.ts";

/** The query of `GET /logs`, without its question mark; empty when everything is asked for. */
export function logQuery(
  { runId, driver, pipeline }: {
    runId?: string | undefined;
    driver?: string | undefined;
    pipeline?: string | undefined;
  },
): string {
  const query = new URLSearchParams();
  if (pipeline) query.set("pipeline", pipeline);
  if (driver) query.set("driver", driver);
  if (runId) query.set("runid", runId);
  return query.toString();
}

/** Reads the query of `GET /logs`. What is empty counts as not given. */
export function readLogQuery(
  query: URLSearchParams,
): { runId?: string; driver?: string; pipeline?: string } {
  const runId = query.get("runid");
  const driver = query.get("driver");
  const pipeline = query.get("pipeline");
  return { ...(runId && { runId }), ...(driver && { driver }), ...(pipeline && { pipeline }) };
}

/**
 * Reads stored log entries off parsed JSON. `null` is what a Go server may send for none.
 *
 * @throws {MalformedMessageError} when it is not a list of log entries.
 */
export function readLogEntries(value: unknown): LogEntry[] {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    throw new MalformedMessageError("the answer is not a list of log entries");
  }
  return value.map(readLogEntry);
}
