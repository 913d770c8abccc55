/** The PipelineEvent of a result, as the engine reads it (v2). @module */

import { decodeText, isObject, type JsonObject } from "./json.ts";
import { MalformedMessageError } from "./malformed.ts";
import type { DriverResult } from "./result.ts";

/** A result as the engine receives it. */
export interface ResultEvent {
  /** The run's id. */
  runId: string;
  /** The pipeline of the resource; empty when it has none. */
  pipeline: string;
  /** The resource's type. */
  type: string;
  /** The resource's name. */
  name: string;
  /** The driver's name. */
  driver: string;
  /** The result of the run. */
  result: DriverResult;
}

/**
 * Decodes the PipelineEvent that {@linkcode encodeResultEvent} encodes.
 *
 * @throws {MalformedMessageError} the bytes are not UTF-8 JSON, or the event has no resource or no result.
 */
export function decodeResultEvent(bytes: Uint8Array): ResultEvent {
  const event = parse(bytes);
  const resource = part(event, "resource");
  const { success, message, data, driver } = part(event, "driverresult");
  return {
    runId: text(event["run_id"]),
    pipeline: text(resource["pipeline"]),
    type: text(resource["resource"]),
    name: text(resource["name"]),
    driver: text(driver),
    result: { success: success === true, message: text(message), data: data ?? null },
  };
}

/** Encodes a result as the engine stores it in the resource's metadata. */
export function encodeKeptResult(driver: string, result: DriverResult): string {
  const { success, message, data } = result;
  return JSON.stringify({ success, message, data: data ?? null, driver });
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    const event: unknown = JSON.parse(decodeText(bytes));
    if (isObject(event)) return event;
  } catch (cause) {
    throw new MalformedMessageError("the event is not JSON", { cause });
  }
  throw new MalformedMessageError("the event is not a JSON object");
}

function part(event: JsonObject, name: string): JsonObject {
  const value = event[name];
  if (isObject(value)) return value;
  throw new MalformedMessageError(`the event has no "${name}"`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
