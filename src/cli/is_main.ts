/** Whether a module is the program that was started. @module */

import { realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Whether a module, by its `import.meta`, is the program. npm starts programs through a link. */
export function isMain(meta: { readonly url: string; readonly main?: boolean }): boolean {
  if (meta.main !== undefined) return meta.main;
  const [, started] = process.argv;
  if (started === undefined || !meta.url.startsWith("file:")) return false;
  try {
    return realpathSync(started) === realpathSync(fileURLToPath(meta.url));
  } catch {
    return false; // What was started is no file, as in `node --eval`.
  }
}
