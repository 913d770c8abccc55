/** Masks the texts inside a value. @module */

import { isErrorLike } from "../../errors.ts";
import { maskError } from "./mask_error.ts";

/**
 * Returns the value with `mask` applied to its texts at any depth: strings, keys, the decimal text of numbers, messages of
 * errors, and bytes that are text. A part that does not change is the same object as before: dates, buffers and class instances
 * without a secret are kept.
 */
export function maskDeep(value: unknown, mask: (text: string) => string): unknown {
  return visit(value, mask, new Map());
}

function visit(
  value: unknown,
  mask: (text: string) => string,
  seen: Map<object, unknown>,
): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number" || typeof value === "bigint") {
    const text = String(value);
    const masked = mask(text);
    return masked === text ? value : masked;
  }
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  seen.set(value, "[circular]");
  const masked = visitObject(value, mask, (item) => visit(item, mask, seen));
  seen.set(value, masked);
  return masked;
}

function visitObject(
  value: object,
  mask: (text: string) => string,
  visit: (item: unknown) => unknown,
): unknown {
  if (Array.isArray(value)) return visitItems(value, visit) ?? value;
  if (ArrayBuffer.isView(value)) {
    const text = new TextDecoder().decode(value);
    const masked = mask(text);
    return masked === text ? value : masked;
  }
  if (isErrorLike(value)) return maskError(value, visit);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const json: unknown = value.toJSON();
    const masked = visit(json);
    return Object.is(masked, json) ? value : masked;
  }
  switch (Object.prototype.toString.call(value)) {
    case "[object String]":
    case "[object Number]": {
      const bare = value.valueOf();
      const masked = typeof bare === "object" ? bare : visit(bare);
      return masked === bare ? value : masked;
    }
    case "[object Map]": {
      const items = visitItems([...(value as Map<unknown, unknown>)], visit);
      return items ? new Map(items as [unknown, unknown][]) : value;
    }
    case "[object Set]": {
      const items = visitItems([...(value as Set<unknown>)], visit);
      return items ? new Set(items) : value;
    }
  }
  const masked = new Map<string, unknown>();
  let changed = false;
  for (const [key, item] of Object.entries(value)) {
    const name = unused(mask(key), masked);
    const result = visit(item);
    changed ||= name !== key || !Object.is(result, item);
    masked.set(name, result);
  }
  return changed ? Object.fromEntries(masked) : value;
}

/** Returns the masked items; `undefined` when none changes. */
function visitItems(
  items: readonly unknown[],
  visit: (item: unknown) => unknown,
): unknown[] | undefined {
  const masked = items.map(visit);
  return masked.every((item, index) => Object.is(item, items[index])) ? undefined : masked;
}

/** Returns a free key: two keys may become the same mask, and neither value may be lost. */
function unused(key: string, taken: ReadonlyMap<string, unknown>): string {
  let name = key;
  for (let count = 2; taken.has(name); count++) name = `${key} (${count})`;
  return name;
}
