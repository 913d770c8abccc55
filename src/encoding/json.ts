/** Converts JSON and text to bytes and back. @module */

import { ConfigError, isErrorLike, messageOf } from "../errors.ts";

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [name: string]: JsonValue };

/** A JSON object with unknown members. */
export type JsonObject = Record<string, unknown>;

/** Encodes a value as UTF-8 JSON. */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/**
 * Converts data of a program to JSON text. What JSON would empty or drop without a word is refused.
 *
 * @throws {ConfigError} it holds a map, a set, an error, a function, `NaN`, itself, or something else that JSON cannot hold.
 */
export function toJson(data: unknown): string {
  try {
    return JSON.stringify(data, (name, value) => {
      const kind = value?.constructor?.name;
      const isLost = typeof value === "object"
        ? isErrorLike(value) || kind && !/^(Object|Array)$/.test(kind) && !Object.keys(value)[0]
        : value !== undefined && (JSON.stringify(value) ?? "null") === "null";
      if (isLost) throw new TypeError(`${name} (${kind})`);
      return value;
    });
  } catch (cause) {
    throw new ConfigError("body", `JSON cannot hold the data: ${messageOf(cause)}`, { cause });
  }
}

/** Encodes text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8 text. @throws {TypeError} the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Decodes a JSON object. What is none, as others may write anything, becomes an empty one. */
export function decodeObject(bytes: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(decodeText(bytes));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether a value is a JSON object: not an array and not `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
