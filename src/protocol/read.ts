/** How objects are read off parsed JSON: what must be there is asked for, and a fault is named. @module */

import { isObject, type JsonObject } from "./json.ts";
import { MalformedMessageError } from "./malformed.ts";

/**
 * Takes a value for an object.
 *
 * @param what What it is meant to be, for messages: `the pipeline`.
 * @throws {MalformedMessageError} when it is none.
 */
export function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedMessageError(`${what} is not a JSON object`);
}

/**
 * Takes a field for text that is not empty.
 *
 * @throws {MalformedMessageError} when it is none.
 */
export function requiredText(object: JsonObject, field: string, what: string): string {
  const value = object[field];
  if (typeof value === "string" && value !== "") return value;
  throw new MalformedMessageError(`${what} has no "${field}"`);
}

/** A field as text; nothing as no text. */
export function optionalText(object: JsonObject, field: string): string {
  const value = object[field];
  return value === undefined || value === null ? "" : String(value);
}
