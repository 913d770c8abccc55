/** Masks the texts of errors. @module */

/** What an error may have beside its enumerable members. */
const HIDDEN = ["name", "message", "stack", "cause", "errors", "code"];

/**
 * Returns the error with its message, stack, causes and members masked: the same error when nothing changes, else a copy of the
 * same class. An error that cannot be read becomes a text.
 */
export function maskError(error: Error, visit: (value: unknown) => unknown): unknown {
  try {
    const members = new Map<string, unknown>();
    let changed = false;
    for (const name of new Set([...HIDDEN, ...Object.keys(error)])) {
      const value = (error as unknown as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const masked = visit(value);
      changed ||= !Object.is(masked, value);
      members.set(name, masked);
    }
    return changed ? copyOf(error, members) : error;
  } catch (reason) {
    return `[an error that cannot be read: ${typeof reason}]`;
  }
}

/** The prototype keeps `instanceof`; the members are its own, whatever getters the class has. */
function copyOf(error: Error, members: ReadonlyMap<string, unknown>): Error {
  const copy: Error = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error) as object);
  for (const [name, value] of members) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name);
    const options = { enumerable, writable: true, configurable: true };
    Object.defineProperty(copy, name, { value, ...options });
  }
  return copy;
}
