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
  return isVariableDenied(variable, { Deno }) ? undefined : Deno.env.get(variable);
}

/** Whether Deno does not permit reading an environment variable. */
export function isVariableDenied(
  variable: string,
  { Deno }: Pick<RuntimeGlobals, "Deno"> = globals,
): boolean {
  return Deno !== undefined &&
    Deno.permissions.querySync({ name: "env", variable }).state !== "granted";
}
