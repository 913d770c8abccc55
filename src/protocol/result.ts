/** Results of runs: as the driver returns them, as the engine receives them, as later steps read them. @module */

import { encodeJson, isObject } from "./json.ts";
import type { Resource } from "./resource.ts";

/** The result of a run. */
export interface DriverResult<Data = unknown> {
  /** Whether the run succeeded, and the pipeline continues. */
  success: boolean;
  /** A message for people. */
  message: string;
  /** Any value that JSON can hold, for later steps. */
  data: Data;
}

const RESULT_KEY = "driverresults.";

/** Returns the metadata key under which the server stores a driver's result. */
export function resultKey(driver: string): string {
  return RESULT_KEY + driver;
}

/** Returns the results of earlier steps in a resource's metadata, by driver. Skips entries that are not results. */
export function readResults(resource: Pick<Resource, "metadata">): Record<string, DriverResult> {
  const results = new Map<string, DriverResult>();
  for (const [key, text] of Object.entries(resource.metadata)) {
    if (!key.startsWith(RESULT_KEY)) continue;
    const result = parseResult(text);
    if (result) results.set(key.slice(RESULT_KEY.length), result);
  }
  return Object.fromEntries(results); // Unlike an assignment, this creates an own member for any name, also for `__proto__`.
}

function parseResult(text: string): DriverResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value["success"] !== "boolean") return undefined;
    const { success, message, data } = value;
    return { success, message: typeof message === "string" ? message : "", data };
  } catch {
    return undefined; // Metadata is free text: an entry that is not a result is valid.
  }
}

/** Encodes the PipelineEvent that reports a result to the engine (v2). */
export function encodeResultEvent(
  run: { runId: string; driver: string; resource: unknown },
  result: DriverResult,
): Uint8Array {
  return encodeJson({
    event: "driver.result",
    run_id: run.runId,
    resource: run.resource,
    driverresult: {
      success: result.success,
      message: result.message,
      data: result.data ?? null,
      driver: run.driver,
    },
  });
}

/** Returns the message id by which JetStream drops a repeated result. */
export function resultMessageId(run: { driver: string; runId: string; messageId: string }): string {
  return `${run.driver}:${run.runId}:${run.messageId}`;
}
