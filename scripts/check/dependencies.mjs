/** Checks the dependencies: each has a licence, and none runs a script of its own when it is installed. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../lib/command.mjs";
import { readLock } from "../lib/components.mjs";

/**
 * @param {import("../lib/components.mjs").Lock} lock
 * @param {Record<string, boolean>} allowed Development tools whose install script is known and needed.
 * @returns {string[]} What is wrong.
 */
export function dependencyProblems({ packages }, allowed) {
  return Object.entries(packages).filter(([path]) => path !== "").flatMap(([path, locked]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const problems = [];
    if (!locked.license) problems.push(`${path} ${locked.version} names no licence`);
    if (locked.hasInstallScript && !(locked.dev && allowed[name])) {
      problems.push(
        `${path} ${locked.version} has an install script` +
          (locked.dev ? `: look at it, then add ${name} to allowScripts in package.json` : ""),
      );
    }
    return problems;
  });
}

/** @returns {Promise<string[]>} What is wrong with the locked dependencies. */
export async function lockedDependencyProblems() {
  const { allowScripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return dependencyProblems(await readLock(), allowScripts);
}
