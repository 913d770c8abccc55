/** Files that export drivers. @module */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import type { Driver } from "../../driver.ts";
import { isErrorLike, messageOf } from "../../errors.ts";
import { UsageError } from "../usage_error.ts";
import { supportTypeScript } from "./typescript_support.ts";

/** Imports a file. */
export type ImportFile = (path: string) => Promise<Record<string, unknown>>;

/** How long an import may take before it is said what may be wrong, in milliseconds. */
const SLOW_IMPORT_MS = 5000;

/**
 * Returns the full paths of driver files.
 *
 * @throws {UsageError} none is given, or one does not exist.
 */
export function driverPaths(files: readonly string[]): string[] {
  if (files.length === 0) {
    throw new UsageError("name at least one driver file, for example driver.js");
  }
  return files.map((file) => {
    const path = resolve(process.cwd(), file);
    if (!existsSync(path)) throw new UsageError(`there is no file ${file}`);
    return path;
  });
}

/**
 * Imports files, and returns the drivers that they export: by default, a driver or a list of drivers, and by name.
 *
 * @throws {UsageError} a file cannot be imported, or exports no driver; two drivers have the same name.
 */
export async function importDrivers(
  paths: readonly string[],
  importFile: ImportFile,
  onSlow: (message: string) => void,
): Promise<Driver[]> {
  const drivers = new Set<Driver>();
  for (const path of paths) {
    const found = driversOf(await importOne(path, importFile, onSlow));
    if (found.length === 0) {
      throw new UsageError(`${path} exports no driver: write "export default createDriver({ … })"`);
    }
    for (const driver of found) drivers.add(driver);
  }
  const names = [...drivers].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`two drivers are named ${twice}: rename one`);
  return [...drivers];
}

async function importOne(
  path: string,
  importFile: ImportFile,
  onSlow: (message: string) => void,
): Promise<Record<string, unknown>> {
  await supportTypeScript(path);
  const timer = setTimeout(
    () =>
      onSlow(
        `still importing ${path}: a driver file exports its driver, and does not run a manager itself`,
      ),
    SLOW_IMPORT_MS,
  );
  try {
    return await importFile(path);
  } catch (cause) {
    throw new UsageError(`cannot import ${path}: ${detailOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** What is wrong in the user's file, and where. */
function detailOf(cause: unknown): string {
  if (isErrorLike(cause)) {
    return cause.stack?.includes(cause.message) ? cause.stack : messageOf(cause);
  }
  // Bun throws an object of its own for a file that it cannot parse.
  const { message, position } = (cause ?? {}) as {
    message?: unknown;
    position?: { file: string; line: number; column: number };
  };
  if (typeof message !== "string" || !position) return messageOf(cause);
  return `${message} (${position.file}:${position.line}:${position.column})`;
}

function driversOf({ default: main, ...named }: Record<string, unknown>): Driver[] {
  return [main, ...Object.values(named)].flat().filter(isDriver);
}

/** A driver is known by its shape: the file may import another copy of this package. */
function isDriver(value: unknown): value is Driver {
  const { name, resources, reconcile } = (value ?? {}) as Partial<Driver>;
  return typeof name === "string" && Array.isArray(resources) && typeof reconcile === "function";
}
