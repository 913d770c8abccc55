/** Labels as readable text. @module */

import type { Labels } from "../record.ts";

/** Formats labels as `name=value` pairs, with quotes where a value is not one word. */
export function logfmt(labels: Readonly<Labels>): string {
  return Object.entries(labels).map(([name, value]) =>
    `${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`
  ).join(" ");
}
