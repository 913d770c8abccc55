/** What a user installs: the package and its dependencies, how many and how large. */

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, run } from "../lib/command.mjs";
import { closureOf, readLock } from "../lib/components.mjs";

/** The most that an installation may have. */
const LIMITS = { packages: 9, bytes: 6_400_000, packed: 1_250_000 };

/** @typedef {{ name: string, version: string, bytes: number }} Installed */

/** @returns {Promise<{ packed: number, packages: Installed[] }>} */
async function installation() {
  const { name, version, dependencies } = JSON.parse(
    await readFile(join(ROOT, "package.json"), "utf8"),
  );
  const { output } = await run("npm", [
    "pack",
    "--dry-run",
    "--json",
    "--silent",
    "--ignore-scripts",
  ]);
  const [{ size, unpackedSize }] = JSON.parse(output.slice(output.indexOf("[")));
  const packages = [{ name, version, bytes: unpackedSize }];
  for (const [each, locked] of closureOf(await readLock(), Object.keys(dependencies))) {
    const bytes = await sizeOf(join(ROOT, "node_modules", each));
    packages.push({ name: each, version: locked.version, bytes });
  }
  return { packed: size, packages };
}

/** The bytes of all files of a folder. @param {string} folder */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @param {Installed[]} packages */
const total = (packages) => packages.reduce((sum, { bytes }) => sum + bytes, 0);

/** @returns {Promise<string[]>} What exceeds its limit. */
export async function installProblems() {
  const { packed, packages } = await installation();
  const figures = { packages: packages.length, bytes: total(packages), packed };
  return Object.entries(LIMITS)
    .filter(([figure, limit]) => figures[/** @type {keyof typeof LIMITS} */ (figure)] > limit)
    .map(([figure, limit]) =>
      `an installation has ${
        figures[/** @type {keyof typeof LIMITS} */ (figure)]
      } ${figure}, more than ${limit}`
    );
}

/** The report: a line for each package. @returns {Promise<string>} */
export async function installReport() {
  const { packed, packages } = await installation();
  const row = (/** @type {string} */ name, /** @type {number} */ bytes) =>
    `  ${name.padEnd(34)} ${(bytes / 1000).toFixed(0)} kB`;
  return [
    `installed: ${packages.length} packages, at most ${LIMITS.packages}`,
    ...packages.map(({ name, version, bytes }) => row(`${name} ${version}`, bytes)),
    `${row("all", total(packages))}, at most ${LIMITS.bytes / 1000}`,
    `${row("the archive", packed)}, at most ${LIMITS.packed / 1000}`,
  ].join("\n");
}
