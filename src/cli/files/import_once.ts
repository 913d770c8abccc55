/** Imports a file as a program does. @module */

import { pathToFileURL } from "node:url";

/** Imports a file. */
export async function importOnce(path: string): Promise<Record<string, unknown>> {
  return await import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(path).href);
}
