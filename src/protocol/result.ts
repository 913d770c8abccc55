/** Results of runs: what `reconcile` returns, what goes to the pipeline's engine, what later steps read. @module */

import { encodeJson, isObject } from "./json.ts";
import type { Resource } from "./resource.ts";

/** What a run came to. */
export interface DriverResult<Data = unknown> {
  /** Whether the pipeline may go on. */
  success: boolean;
  /** A line for people. */
  message: string;
  /** Anything that JSON can hold, for later steps. */
  data: Data;
}

const RESULT_KEY = "driverresults.";

/** The key of a resource's metadata under which the server keeps a driver's result. */
export function resultKey(driver: string): string {
  return RESULT_KEY + driver;
}

/**
 * The earlier steps' results that a resource carries, by driver name. An entry that is not a result is left out.
 */
export function readResults(resource: Pick<Resource, "metadata">): Record<string, DriverResult> {
  const results = new Map<string, DriverResult>();
  for (const [key, text] of Object.entries(resource.metadata)) {
    if (!key.startsWith(RESULT_KEY)) continue;
    const result = parseResult(text);
    if (result) results.set(key.slice(RESULT_KEY.length), result);
  }
  return Object.fromEntries(results); // Unlike an assignment, this makes any name a plain member, `__proto__` too.
}

function parseResult(text: string): DriverResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value["success"] !== "boolean") return undefined;
    const { success, message, data } = value;
    return { success, message: typeof message === "string" ? message : "", data };
  } catch {
    return undefined; // Metadata is free text: what is not a result is not ours to judge.
  }
}

/** Encodes the PipelineEvent that tells the server's engine of a result (v2). */
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

/** The id by which JetStream drops a repeated result: made of driver, run and message. */
export function resultMessageId(run: { driver: string; runId: string; messageId: string }): string {
  return `${run.driver}:${run.runId}:${run.messageId}`;
}
