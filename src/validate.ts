/** Checks of options, in one grammar: `concurrency must be a whole number of at least 1, got 0`. @module */

import { ConfigError, messageOf } from "./errors.ts";

/** The error of an option that cannot be used. `rule` completes "must be …". */
export function invalidOption(field: string, rule: string, value: unknown): ConfigError {
  return new ConfigError(field, `${field} must be ${rule}, got ${shown(value)}`);
}

/** Checks a whole number with a lower bound. @throws {ConfigError} that names the field. */
export function requireWhole(field: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw invalidOption(field, `a whole number of at least ${least}`, value);
}

/** Checks a number above 0; `what` says what it counts. @throws {ConfigError} that names the field. */
export function requirePositive(field: string, value: unknown, what = "number"): void {
  if (typeof value === "number" && value > 0) return;
  throw invalidOption(field, `a ${what} above 0`, value);
}

/** Checks a time in milliseconds, above 0; `Infinity` is no limit. @throws {ConfigError} that names the field. */
export function requireTimeout(field: string, value: unknown): void {
  requirePositive(field, value, "number of milliseconds");
}

/** The longest time that the server can add to its clock, in milliseconds: a hundred years. It counts nanoseconds in 64 bits. */
const LONGEST_SERVER_TIME_MS = 3_153_600_000_000;

/** Checks a whole number of milliseconds that the server is told. @throws {ConfigError} that names the field. */
export function requireServerTime(field: string, value: unknown, least: number): void {
  const isTime = Number.isInteger(value) && (value as number) >= least &&
    (value as number) <= LONGEST_SERVER_TIME_MS;
  if (isTime) return;
  throw invalidOption(
    field,
    `a whole number of milliseconds from ${least} to ${LONGEST_SERVER_TIME_MS}`,
    value,
  );
}

/** Checks a time in milliseconds, 0 or more; `Infinity` is no limit. @throws {ConfigError} that names the field. */
export function requireGrace(field: string, value: unknown): void {
  if (typeof value === "number" && value >= 0) return;
  throw invalidOption(field, "a number of milliseconds of at least 0", value);
}

/** Checks a text that is not empty. @throws {ConfigError} that names the field. */
export function requireText(field: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new ConfigError(
    field,
    `${field} must be a text that is not empty, got ${
      value === "" ? "an empty one" : typeName(value)
    }`,
  );
}

/** Checks a list of texts; one text alone is none: its characters would count. What is not set is no fault. @throws {ConfigError} that names the field. */
export function requireTexts(field: string, value: unknown): void {
  const isList = typeof value === "object" && value !== null && Symbol.iterator in value;
  if (isList && [...value as Iterable<unknown>].every((each) => typeof (each ?? "") === "string")) {
    return;
  }
  throw invalidOption(field, "a list of texts", value);
}

/** A number as it is, any other value by its type: it may be a secret in the wrong place. */
function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeName(value);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (!Array.isArray(value)) return `a value of type ${typeof value}`;
  return value.length > 0 ? "an array" : "an empty array";
}

/**
 * Checks that options are an object that has known names only. `at` is where they are, for example `retry.`.
 *
 * @throws {ConfigError} that names the unknown option, and the one that is meant where that can be told.
 */
export function requireKnown(given: unknown, names: readonly string[], at = ""): void {
  if (typeof given !== "object" || !given) {
    throw invalidOption(at.slice(0, -1) || "options", "an object", given);
  }
  for (const [name, value] of Object.entries(given)) {
    if (names.includes(name) || value === undefined) continue;
    const field = at + name;
    const meant = nearest(name.toLowerCase(), names);
    throw new ConfigError(field, `${field} is not an option; use ${meant}`);
  }
}

/** Returns the name that has the most pairs of letters of a wrong one; all names when none has any. */
function nearest(wrong: string, names: readonly string[]): string {
  const likeness = (name: string) =>
    [...wrong].filter((_, at) => name.toLowerCase().includes(wrong.slice(at, at + 2))).length;
  const best = names.reduce((a, b) => likeness(b) > likeness(a) ? b : a);
  return likeness(best) > 1 ? best : names.join(", ");
}

/**
 * Runs all checks, and throws what is wrong at once.
 *
 * @throws {ConfigError} the error of the check that fails; one that has the messages of all when several do.
 */
export function checkAll(checks: readonly (() => unknown)[]): void {
  const errors: unknown[] = [];
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) return;
  if (errors.length === 1) throw errors[0];
  const messages = [...new Set(errors.map(messageOf))];
  const { field = "options" } = errors[0] as Partial<ConfigError>;
  throw new ConfigError(
    field,
    messages.length === 1
      ? messages[0]!
      : `${messages.length} options or settings are invalid: ${messages.join("; ")}`,
    { cause: new AggregateError(errors) },
  );
}
