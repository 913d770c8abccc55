/** Whether this runtime imports TypeScript. @module */

import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { host } from "../../runtime/detect.ts";
import { UsageError } from "../usage_error.ts";

/** Whether tsx was loaded in this process, by this program or by `node --import tsx`. */
let hasTsx = process.execArgv.some((arg) => /\btsx\b/.test(arg)) ||
  /\btsx\b/.test(process.env["NODE_OPTIONS"] ?? "");

/**
 * Makes a TypeScript file importable: Deno, Bun and Node from 22.18 on do it themselves; before, tsx is used where the file's
 * project has it.
 *
 * @throws {UsageError} that says what to do, on an older Node without tsx.
 */
export async function supportTypeScript(path: string): Promise<void> {
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const isNative = host().name !== "node" ||
    "typescript" in process.features && process.features.typescript;
  if (!isTypeScript || isNative || hasTsx) return;
  const tsx = findTsx(path);
  if (tsx === undefined) {
    throw new UsageError(
      `cannot import ${path}: Node ${process.versions.node} does not run TypeScript; use Node 22.18 or newer, ` +
        "Deno or Bun, or install tsx in the project (npm install --save-dev tsx)",
    );
  }
  const { register } = await import(/* webpackIgnore: true */ /* @vite-ignore */ tsx);
  register();
  hasTsx = true;
}

function findTsx(path: string): string | undefined {
  try {
    return pathToFileURL(createRequire(path).resolve("tsx/esm/api")).href;
  } catch {
    return undefined; // It is not installed there.
  }
}
