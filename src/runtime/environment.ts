/** Environment variables, on whatever has them. @module */

import { globals, type RuntimeGlobals } from "./globals.ts";

/**
 * Reads one environment variable; `undefined` where it is unset, may not be read, or there is no environment.
 *
 * Deno asks before it lets a variable be read. One that may not be read counts as unset: no prompt in the middle of a run.
 */
export function readEnvironment(
  variable: string,
  { Deno, process }: RuntimeGlobals = globals,
): string | undefined {
  if (!Deno) return process?.env?.[variable];
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
