/** Data that JSON would drop without a word. @module */

/**
 * Returns a value in a form that JSON keeps: maps as objects, or as lists of pairs where a key is no text; sets and typed arrays as
 * lists; errors with their name, message, code and cause; numbers that JSON does not have as text.
 *
 * @throws {TypeError} it holds a function, a symbol, a big integer, or itself.
 */
export function toJsonValue(value: unknown): unknown {
  return convert(value, "data", []);
}

function convert(value: unknown, path: string, around: readonly unknown[]): unknown {
  switch (typeof value) {
    case "function":
    case "symbol":
    case "bigint":
      throw new TypeError(`${path} is a ${typeof value}`);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return value === null ? null : convertObject(value, path, around);
    default:
      return value;
  }
}

function convertObject(value: object, path: string, around: readonly unknown[]): unknown {
  if (around.includes(value)) throw new TypeError(`${path} is circular`);
  const inside = [...around, value];
  const list = (items: Iterable<unknown>) =>
    Array.from(items, (item, index) => convert(item, `${path}[${index}]`, inside));
  if (Array.isArray(value)) return list(value);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return convert(value.toJSON(), path, inside);
  }
  const plain = plainCollection(value);
  if (plain !== value) {
    return Array.isArray(plain) ? list(plain) : members(plain, path, inside);
  }
  const kind = kindOf(value);
  if (["String", "Number", "Boolean", "BigInt"].includes(kind)) {
    return convert(value.valueOf(), path, inside);
  }
  if (/(Error|Exception)$/.test(kind)) {
    const { name, message, code, cause } = value as Error & { code?: unknown };
    return members({ ...value, name, message, code, cause }, path, inside);
  }
  return members(value, path, inside);
}

/** Returns maps as objects, or as lists of pairs where a key is no text; sets and typed arrays as lists; all else as it is. */
export function plainCollection(value: object): object {
  if (!(Symbol.toStringTag in value)) return value;
  const kind = kindOf(value);
  if (kind === "Map") {
    const entries = [...value as Map<unknown, unknown>];
    return entries.every(([key]) => typeof key === "string")
      ? Object.fromEntries(entries)
      : entries;
  }
  const isList = kind === "Set" || ArrayBuffer.isView(value) && kind !== "DataView";
  return isList ? [...value as unknown as Iterable<unknown>] : value;
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function members(value: object, path: string, inside: readonly unknown[]): unknown {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, convert(member, `${path}.${name}`, inside)]),
  );
}
