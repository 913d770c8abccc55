/** Environment variables of every runtime. @module */

import { globals, type RuntimeGlobals } from "./globals.ts";

/**
 * Reads an environment variable; `undefined` when it is unset or not readable, or the runtime has no environment.
 *
 * Deno prompts for permission to read a variable. Without permission it counts as unset, so that no prompt blocks a run.
 */
export function readEnvironment(
  variable: string,
  { Deno, process }: RuntimeGlobals = globals,
): string | undefined {
  if (!Deno) return process?.env?.[variable];
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
