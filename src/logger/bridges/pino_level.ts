/** Levels as users of pino write them. @module */

import type { LogLevel } from "../record.ts";

/** The names of pino's own levels, and those of the schemes that its formatters are set up for: syslog, Google Cloud, npm. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: "debug",
  verbose: "debug",
  silly: "debug",
  debug: "debug",
  warn: "warn",
  warning: "warn",
  err: "error",
  error: "error",
  fatal: "error",
  critical: "error",
  crit: "error",
  alert: "error",
  emerg: "error",
  emergency: "error",
};

/** Maps a level of pino: a number, also as text, or a name in any case. An unknown one is `info`. */
export function pinoLevel(level: unknown): LogLevel {
  const name = String(level).trim().toLowerCase();
  const number = name === "" ? NaN : Number(name);
  if (Number.isNaN(number)) return Object.hasOwn(LEVELS, name) ? LEVELS[name]! : "info";
  if (number < 30) return "debug";
  if (number < 40) return "info";
  return number < 50 ? "warn" : "error";
}
