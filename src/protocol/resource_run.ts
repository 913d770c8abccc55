/** The responses to an update and to a deletion that have started a run (after release 0.6). @module */

import type { JsonObject } from "./json.ts";

/** Converts an updated resource and the id of its run to the response's wire form. */
export function toWireUpdated(resource: object, runId: string): JsonObject {
  return { ...resource, runid: runId };
}

/** Converts a message for people and the id of a deletion's run to the response's wire form. */
export function toWireDeletion(message: string, runId: string): JsonObject {
  return { message, runid: runId };
}

/** Reads the id of the run that an update or a deletion has started; `undefined` when there is none. */
export function readStartedRun(value: unknown): string | undefined {
  const runId = (value as JsonObject | null | undefined)?.["runid"];
  return typeof runId === "string" && runId !== "" ? runId : undefined;
}
