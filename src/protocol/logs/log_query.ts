/** The query and the response of `GET /logs`. @module */

import { type LogEntry, readLogEntry } from "./log_entry.ts";
import { MalformedMessageError } from "../malformed.ts";

/** Creates the query of `GET /logs`, without its question mark; empty for all entries. */
export function logQuery(
  { runId, driver, pipeline }: {
    runId?: string | undefined;
    driver?: string | undefined;
    pipeline?: string | undefined;
  },
): string {
  const fields = { pipeline, driver, runid: runId };
  const isSet = (field: (string | undefined)[]): field is [string, string] => !!field[1];
  return String(new URLSearchParams(Object.entries(fields).filter(isSet)));
}

/** Reads the query of `GET /logs`. An empty field counts as absent. */
export function readLogQuery(
  query: URLSearchParams,
): { runId?: string; driver?: string; pipeline?: string } {
  const runId = query.get("runid");
  const driver = query.get("driver");
  const pipeline = query.get("pipeline");
  return { ...(runId && { runId }), ...(driver && { driver }), ...(pipeline && { pipeline }) };
}

/**
 * Reads stored log entries from their wire form. `null` is an empty list, which Go may send so. Leaves out the empty entries
 * that servers after release 0.6 return for everything else in their store when a query has no filter.
 *
 * @throws {MalformedMessageError} it is not a list of log entries.
 */
export function readLogEntries(value: unknown): LogEntry[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new MalformedMessageError("the response is not a list");
  return value.map(readLogEntry)
    .filter(({ runId, driver, message }) => runId || driver || message);
}
