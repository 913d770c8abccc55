/** Converts labels, errors and other values of a caller to text. @module */

import { fieldsOf, membersOf } from "../../error_text.ts";
import { isErrorLike } from "../../errors.ts";
import { plainCollection } from "../../encoding/json_value.ts";
import { type Labels, OWN_LABEL } from "../record.ts";
import { foldStack } from "./fold_stack.ts";

/**
 * Returns the labels of `base` overridden by those of `added`, as text. A value of `undefined` adds no label. The label of the
 * runtime's own lines is renamed.
 */
export function mergeLabels(
  base: Labels,
  added: Readonly<Record<string, unknown>> | undefined,
): Labels {
  if (added === undefined || added === null) return base;
  // Plain JavaScript may pass any value.
  if (typeof added !== "object") return { ...base, details: textOf(added) };
  const merged: Labels = { ...base };
  let any = false;
  const labels = plainCollection(added);
  for (const key in labels) {
    const value = readMember(labels, key);
    if (value === undefined) continue;
    const name = key === OWN_LABEL ? `${key}_` : key;
    merged[name] = typeof value === "string" ? value : textOf(value);
    any = true;
  }
  return any ? merged : base;
}

/** Whether a value is a plain object, not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null; // Also that of another realm.
}

/** Returns a message with an error below it: its stack, and those of its causes. */
export function withError(message: string, error: Error): string {
  return `${message}\n${errorText(error)}`;
}

/** Converts any value to text: strings as they are, errors with their stack, the rest as JSON. Never throws. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (isErrorLike(value)) return errorText(value);
  try {
    if (typeof value === "object" && value !== null) {
      return JSON.stringify(value, jsonMember) ?? String(value);
    }
    return String(value);
  } catch (reason) {
    return `[cannot be converted to text: ${isErrorLike(reason) ? reason.message : typeof reason}]`;
  }
}

/** Converts what JSON cannot represent, or would lose. */
function jsonMember(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case "object":
      return isErrorLike(value) ? errorText(value) : value && plainCollection(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
    case "symbol":
      return String(value);
    case "function":
      return `[function ${value.name}]`;
    default:
      return value;
  }
}

/** Most errors of a chain of causes that are written. */
const MAX_CAUSES = 8;

/** Returns the stack of an error, and those of its members and causes. */
export function errorText(error: Error, most: number = MAX_CAUSES): string {
  const parts: string[] = [];
  for (let each: unknown = error; each !== undefined && parts.length < most;) {
    parts.push((parts.length > 0 ? "caused by: " : "") + oneError(each));
    for (const member of membersOf(each)) {
      const text = isErrorLike(member) ? errorText(member, most / 2) : textOf(member);
      parts.push(`one of its errors: ${text}`);
    }
    each = isErrorLike(each) ? readMember(each, "cause") : undefined;
  }
  return parts.join("\n");
}

/** Adds the message where the stack lacks it: not all runtimes begin a stack with it. */
function oneError(thrown: unknown): string {
  if (!isErrorLike(thrown)) return textOf(thrown);
  const message = memberText(thrown, "message");
  const head = `${memberText(thrown, "name")}: ${message}`;
  const stack = foldStack(memberText(thrown, "stack").trimEnd());
  const text = stack === "" ? head : stack.includes(message) ? stack : `${head}\n${stack}`;
  const fields = fieldsOf(thrown, text);
  return fields === "" ? text : `${text}\n    (${fields})`;
}

function memberText(error: Error, key: "name" | "message" | "stack"): string {
  const value = readMember(error, key);
  return value === undefined ? "" : textOf(value);
}

/** Reads a member. The line is written even when a getter of the caller throws. */
function readMember(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (reason) {
    return `[cannot be read: ${isErrorLike(reason) ? reason.message : typeof reason}]`;
  }
}
