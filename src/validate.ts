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
 * Checks that options are an object that has known names only. `field` is the name of the option that holds them.
 *
 * @throws {ConfigError} that names the unknown option, and the one that is meant where that can be told.
 */
export function requireKnown(given: unknown, names: readonly string[], field?: string): void {
  if (typeof given !== "object" || given === null) {
    throw invalidOption(field ?? "options", "an object", given);
  }
  for (const [name, value] of Object.entries(given)) {
    if (names.includes(name) || value === undefined) continue;
    const full = field === undefined ? name : `${field}.${name}`;
    const meant = nearest(name, names);
    throw new ConfigError(full, `${full} is not an option; use ${meant ?? names.join(", ")}`);
  }
}

/** Returns the name that a wrong one is closest to; `undefined` when there is none. */
function nearest(wrong: string, names: readonly string[]): string | undefined {
  const text = wrong.toLowerCase();
  if (/nats|broker/.test(text) && names.includes("servers")) return "servers";
  let best: string | undefined;
  let least = Math.max(2, text.length / 3);
  for (const name of names) {
    const known = name.toLowerCase();
    const isPart = known.includes(text) || text.includes(known);
    const distance = isPart ? Math.abs(known.length - text.length) / 10 : editDistance(text, known);
    if (distance > least) continue;
    least = distance;
    best = name;
  }
  return best;
}

/** Returns how many characters have to be added, removed or replaced. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let other = 1; other <= to.length; other++) {
      const replaced = row[other - 1]! + Number(from[at - 1] !== to[other - 1]);
      next.push(Math.min(replaced, row[other]! + 1, next[other - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
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
