/** Built-in modules of Node's, which Deno and Bun have, too. @module */

import { globals, type RuntimeGlobals } from "./globals.ts";

/**
 * A built-in module, at once; `undefined` where there is none of that name, and on Node before 20.16.
 * It needs no import, so bundlers for the edge see none.
 */
export function builtinNow<T>(
  name: string,
  { process }: RuntimeGlobals = globals,
): T | undefined {
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/**
 * Reads a text file at once.
 *
 * @throws {Error} when there is no such file, it may not be read, or this runtime has no files.
 */
export function readTextFileNow(path: string): string {
  const fs = builtinNow<{ readFileSync(path: string, encoding: "utf8"): string }>("node:fs");
  if (!fs) throw new Error("this runtime cannot read files at once; pass the text itself instead");
  return fs.readFileSync(path, "utf8");
}
