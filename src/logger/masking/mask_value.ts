/** Masks the texts inside a value. @module */

/**
 * Returns the value with `mask` applied to its texts at any depth: strings, keys, and the decimal text of numbers. A part
 * that does not change is the same object as before: dates, buffers and class instances without a secret are kept.
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
  const masked = visitObject(value, mask, seen);
  seen.set(value, masked);
  return masked;
}

function visitObject(
  value: object,
  mask: (text: string) => string,
  seen: Map<object, unknown>,
): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => visit(item, mask, seen));
    return items.every((item, index) => Object.is(item, value[index])) ? value : items;
  }
  if (ArrayBuffer.isView(value)) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const json: unknown = value.toJSON();
    const masked = visit(json, mask, seen);
    return Object.is(masked, json) ? value : masked;
  }
  const entries = Object.entries(value);
  const masked = new Map<string, unknown>();
  let changed = false;
  for (const [key, item] of entries) {
    const name = unused(mask(key), masked);
    const result = visit(item, mask, seen);
    changed ||= name !== key || !Object.is(result, item);
    masked.set(name, result);
  }
  return changed ? Object.fromEntries(masked) : value;
}

/** Returns a free key: two keys may become the same mask, and neither value may be lost. */
function unused(key: string, taken: ReadonlyMap<string, unknown>): string {
  let name = key;
  for (let count = 2; taken.has(name); count++) name = `${key} (${count})`;
  return name;
}
