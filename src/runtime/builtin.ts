/** Built-in modules of Node, which Deno and Bun also have. @module */

import { globals, type RuntimeGlobals } from "./globals.ts";

/**
 * Returns a built-in module synchronously; `undefined` where it does not exist, and on Node before 20.16.
 * Needs no import statement, which bundlers for the edge would follow.
 */
export function builtinNow<T>(
  name: string,
  { process }: RuntimeGlobals = globals,
): T | undefined {
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/**
 * Reads a text file synchronously.
 *
 * @throws {Error} the file does not exist or is not readable, or this runtime has no file system.
 */
export function readTextFileNow(path: string): string {
  const fs = builtinNow<{ readFileSync(path: string, encoding: "utf8"): string }>("node:fs");
  if (!fs) throw new Error("cannot read files here; pass the text");
  return fs.readFileSync(path, "utf8");
}

/** Returns the name of this machine; `undefined` where it cannot be asked for, and on Deno, which requires a permission for it. */
export function machineName(scope: RuntimeGlobals = globals): string | undefined {
  return scope.Deno ? undefined : builtinNow<{ hostname(): string }>("node:os", scope)?.hostname();
}
