/** Checks of options, in one grammar: `concurrency must be a whole number of at least 1, got 0`. @module */

import { ConfigError } from "./errors.ts";

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

/** A number as it is, any other value by its type: it may be a secret in the wrong place. */
function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeName(value);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (!Array.isArray(value)) return `a value of type ${typeof value}`;
  return value.length > 0 ? "an array" : "an empty array";
}
