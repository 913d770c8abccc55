/** Labels as text for people. @module */

import type { Labels } from "../record.ts";

/** Writes labels as `name=value` pairs, with quotes where a value is not one word. */
export function logfmt(labels: Readonly<Labels>): string {
  return Object.entries(labels).map(([name, value]) =>
    `${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`
  ).join(" ");
}
