/** Turns what a caller hands over into texts. @module */

import type { Labels } from "../record.ts";

/** The labels of `base` with those of `added` over them, as texts. A value that is `undefined` makes no label. */
export function mergeLabels(
  base: Labels,
  added: Readonly<Record<string, unknown>> | undefined,
): Labels {
  if (added === undefined || added === null) return base;
  // Who writes plain JavaScript may hand over anything.
  if (typeof added !== "object") return { ...base, details: textOf(added) };
  const merged: Labels = { ...base };
  let any = false;
  for (const key in added) {
    const value = readMember(added, key);
    if (value === undefined) continue;
    merged[key] = typeof value === "string" ? value : textOf(value);
    any = true;
  }
  return any ? merged : base;
}

/** Whether a value is an object made of braces, and nothing that has a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A line with an error below it: its stack, and those of its causes. */
export function withError(message: string, error: Error): string {
  return `${message}\n${errorText(error)}`;
}

/** Any value as text: text as it is, errors with their stack, the rest as JSON. Never throws. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return errorText(value);
  try {
    if (typeof value === "object" && value !== null) {
      return JSON.stringify(value, jsonMember) ?? String(value);
    }
    return String(value);
  } catch (reason) {
    return `[cannot be shown: ${reason instanceof Error ? reason.message : typeof reason}]`;
  }
}

/** What JSON cannot hold, or would lose. */
function jsonMember(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Error ? errorText(value) : value;
}

const DEEPEST_CAUSE = 8;

/** An error with its stack, and those of its causes. */
export function errorText(error: Error): string {
  const parts: string[] = [];
  for (let each: unknown = error; each !== undefined && parts.length < DEEPEST_CAUSE;) {
    parts.push((parts.length > 0 ? "caused by: " : "") + oneError(each));
    each = each instanceof Error ? readMember(each, "cause") : undefined;
  }
  return parts.join("\n");
}

/** Not every runtime's stack begins with the message, so it is put there where it is missing. */
function oneError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return textOf(thrown);
  const head = `${thrown.name}: ${thrown.message}`;
  const stack = typeof thrown.stack === "string" ? thrown.stack.trimEnd() : "";
  if (stack === "") return head;
  return stack.includes(thrown.message) ? stack : `${head}\n${stack}`;
}

/** A getter of the caller's may throw; a line is written all the same. */
function readMember(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (reason) {
    return `[cannot be read: ${reason instanceof Error ? reason.message : typeof reason}]`;
  }
}
