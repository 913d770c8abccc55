/** PipelineEvents, as the engine reads them: runs to start (v3), and results (v2 and v3). @module */

import { decodeText, encodeJson, isObject, type JsonObject } from "../encoding/json.ts";
import { MalformedMessageError } from "./malformed.ts";
import { readRunMetadata } from "./run_metadata.ts";
import type { DriverResult } from "./result.ts";

/** What the engine reads of a PipelineEvent: a run to start, or a result. */
export interface PipelineEvent {
  /** `create`, `update` or `delete`; `driver.result` in results for a v2 server. */
  event: string;
  /** The run's id. */
  runId: string;
  /** The resource's id. */
  resourceId: string;
  /** The pipeline of the resource; empty when it has none. */
  pipeline: string;
  /** The resource's type. */
  type: string;
  /** The resource's name. */
  name: string;
  /** The step that the resource was published for (v3). */
  step?: string;
}

/** A result as the engine receives it. */
export interface ResultEvent extends PipelineEvent {
  /** The driver's name. */
  driver: string;
  /** The result of the run. */
  result: DriverResult;
}

/** Encodes the PipelineEvent by which the API server asks the engine to start a run (v3). */
export function encodeInitEvent(
  run: { event: string; runId: string; resource: unknown },
): Uint8Array {
  const driverresult = { success: false, message: "", data: null, driver: "" };
  return encodeJson({ event: run.event, run_id: run.runId, resource: run.resource, driverresult });
}

/**
 * Decodes the PipelineEvent that {@linkcode encodeInitEvent} encodes.
 *
 * @throws {MalformedMessageError} the bytes are not UTF-8 JSON, or the event has no resource.
 */
export function decodeInitEvent(bytes: Uint8Array): PipelineEvent {
  return readPipelineEvent(parse(bytes));
}

/**
 * Decodes the PipelineEvent of a result, as {@linkcode encodeResultEvent} encodes it.
 *
 * @throws {MalformedMessageError} the bytes are not UTF-8 JSON, or the event has no resource or no result.
 */
export function decodeResultEvent(bytes: Uint8Array): ResultEvent {
  const event = parse(bytes);
  const common = readPipelineEvent(event);
  const { success, message, data, driver } = part(event, "driverresult");
  return {
    ...common,
    driver: text(driver),
    result: { success: success === true, message: text(message), data: data ?? null },
  };
}

function readPipelineEvent(event: JsonObject): PipelineEvent {
  const resource = part(event, "resource");
  const metadata = isObject(resource["metadata"]) ? resource["metadata"] : {};
  const { step } = readRunMetadata({ metadata });
  return {
    event: text(event["event"]),
    runId: text(event["run_id"]),
    resourceId: text(resource["id"]),
    pipeline: text(resource["pipeline"]),
    type: text(resource["resource"]),
    name: text(resource["name"]),
    ...(step !== undefined && { step }),
  };
}

/** Returns a result as the v3 engine stores it in the resource's metadata. */
export function keptResult(driver: string, result: DriverResult): JsonObject {
  const { success, message, data } = result;
  return { success, message, data: data ?? null, driver };
}

/** Encodes a result as the v2 engine stores it in the resource's metadata. */
export function encodeKeptResult(driver: string, result: DriverResult): string {
  return JSON.stringify(keptResult(driver, result));
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
