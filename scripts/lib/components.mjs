/** The packages that the tarball depends on, or that the build takes in. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./command.mjs";

/**
 * A package in `package-lock.json`.
 *
 * @typedef {{ version: string, license?: string, integrity?: string, hasInstallScript?: boolean, dev?: boolean,
 *   dependencies?: Record<string, string> }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/** @returns {Promise<Lock>} */
export async function readLock() {
  return JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
}

/** The packages that tsup bundles into `dist`. @returns {Promise<string[]>} */
export async function bundledPackages() {
  const config = await readFile(join(ROOT, "tsup.config.ts"), "utf8");
  const names = /noExternal: \[(.*?)\]/s.exec(config)?.[1]?.matchAll(/"(.*?)"/g) ?? [];
  return [...names].map(([, name = ""]) => name);
}

/**
 * Finds packages, and what they depend on, in the lock.
 *
 * @param {Lock} lock @param {Iterable<string>} names
 * @returns {[name: string, locked: LockedPackage][]} By name.
 */
export function closureOf({ packages }, names) {
  /** @type {Map<string, LockedPackage>} */
  const found = new Map();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const locked = packages[`node_modules/${name}`];
    if (found.has(name) || locked === undefined) continue;
    found.set(name, locked);
    open.push(...Object.keys(locked.dependencies ?? {}));
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1);
}
