/** Reads fields of parsed JSON, and reports those that are missing. @module */

import { isObject, type JsonObject } from "../encoding/json.ts";
import { MalformedMessageError } from "./malformed.ts";

/**
 * Returns a value as an object.
 *
 * @param what The value's name in messages, for example `the pipeline`.
 * @throws {MalformedMessageError} it is not an object.
 */
export function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedMessageError(`${what} is not a JSON object`);
}

/**
 * Returns a field as text that is not empty.
 *
 * @throws {MalformedMessageError} it is absent, empty or not text.
 */
export function requiredText(object: JsonObject, field: string, what: string): string {
  const value = object[field];
  if (typeof value === "string" && value !== "") return value;
  throw new MalformedMessageError(`${what} has no "${field}"`);
}

/** Returns a field as text; empty when it is absent or `null`. */
export function optionalText(object: JsonObject, field: string): string {
  const value = object[field];
  return value === undefined || value === null ? "" : String(value);
}
