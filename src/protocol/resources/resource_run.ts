/** The responses to an update and to a deletion, which start runs on servers after release 0.6. @module */

import { isObject, type JsonObject } from "../../encoding/json.ts";
import { readResource, type Resource } from "./resource.ts";

/** An updated resource. */
export interface UpdatedResource<Spec = unknown> extends Resource<Spec> {
  /** The id of the run that the update has started; absent on servers up to release 0.6, which start none. */
  runId?: string;
}

/** What has become of a resource that was deleted. */
export interface Deletion {
  /** `deleted`: it is gone. `deleting`: its pipeline runs with the event `delete`, and removes it when it succeeds. */
  state: "deleted" | "deleting";
  /** The id of the deletion's run, where the server says it. */
  runId?: string;
}

/** Converts an updated resource and the id of its run to the response's wire form. */
export function toWireUpdated(resource: object, runId: string): JsonObject {
  return { ...resource, runid: runId };
}

/**
 * Reads the response to an update.
 *
 * @throws {MalformedMessageError} it is no resource.
 */
export function readUpdated(value: unknown): UpdatedResource {
  return { ...readResource(value), ...startedRun(value) };
}

/** Converts a message for people and the id of a deletion's run to the response's wire form. */
export function toWireDeletion(message: string, runId: string): JsonObject {
  return { message, runid: runId };
}

/** Reads the response to a deletion: its status, and its body, which may be anything. */
export function readDeletion(text: unknown, status: number): Deletion {
  return status === 202
    ? { state: "deleting", ...startedRun(parse(String(text))) }
    : { state: "deleted" };
}

function startedRun(value: unknown): { runId?: string } {
  const runId = isObject(value) && value["runid"];
  return typeof runId === "string" && runId !== "" ? { runId } : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The status says all that is needed.
  }
}
