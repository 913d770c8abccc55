/** Results of runs: as the driver returns them, as the engine receives them, as later steps read them. @module */

import { encodeBriefly } from "../encoding/byte_slab.ts";
import { isObject } from "../encoding/json.ts";
import { toJsonValue } from "../encoding/json_value.ts";
import type { Resource } from "./resources/resource.ts";

/** The result of a run. */
export interface DriverResult<Data = unknown> {
  /** Whether the run succeeded, and the pipeline continues. */
  success: boolean;
  /** A message for people. */
  message: string;
  /** Any value that JSON can hold, for later steps. */
  data: Data;
}

/** The metadata key under which a server after release 0.6 stores all results of a run. */
export const RESULTS_KEY = "driverresults";

const RESULT_KEY = `${RESULTS_KEY}.`;

/** Returns the metadata key under which the server stores a driver's result. */
export function resultKey(driver: string): string {
  return RESULT_KEY + driver;
}

/**
 * Returns the results of earlier steps in a resource's metadata, by driver: from the object `driverresults`, and from the JSON
 * texts of servers up to release 0.6. Skips entries that are not results.
 */
export function readResults(resource: Pick<Resource, "metadata">): Record<string, DriverResult> {
  const { metadata } = resource;
  const nested = metadata[RESULTS_KEY];
  const entries = Object.entries(metadata)
    .filter(([key]) => key.startsWith(RESULT_KEY))
    .map(([key, text]) => [key.slice(RESULT_KEY.length), parseText(text)] as const)
    .concat(isObject(nested) ? Object.entries(nested) : [])
    .map(([driver, value]) => [driver, readResult(value)] as const);
  // Unlike an assignment, this creates an own member for any name, also for `__proto__`.
  return Object.fromEntries(entries.filter((entry): entry is [string, DriverResult] => !!entry[1]));
}

function parseText(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    return undefined; // Metadata is free text: an entry that is not a result is valid.
  }
}

function readResult(value: unknown): DriverResult | undefined {
  if (!isObject(value) || typeof value["success"] !== "boolean") return undefined;
  const { success, message, data } = value;
  return { success, message: typeof message === "string" ? message : "", data };
}

/**
 * Encodes the PipelineEvent that reports a result to the engine, under the event of the run (v2, which does not read it, and v3).
 * The resource is the JSON text that the run was started with, as it came.
 */
export function encodeResultEvent(
  { event, runId, driver, payload }: {
    event: string;
    runId: string;
    driver: string;
    payload: string;
  },
  { success, message, data }: DriverResult,
): Uint8Array {
  const reported = { success, message, data: toJsonValue(data ?? null), driver };
  const run = `"event":${JSON.stringify(event)},"run_id":${JSON.stringify(runId)}`;
  return encodeBriefly(
    `{${run},"resource":${payload},"driverresult":${JSON.stringify(reported)}}`,
  );
}

/** Returns the message id by which JetStream drops a repeated result. */
export function resultMessageId(run: { driver: string; runId: string; messageId: string }): string {
  return `${run.driver}:${run.runId}:${run.messageId}`;
}
