/** Checks that the build holds nothing that no entry and no internal import of package.json reaches. */

import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { ROOT } from "../lib/command.mjs";

/** @returns {Promise<string[]>} */
export async function unreachedFiles() {
  const { exports, imports } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  /** @type {Set<string>} */
  const reached = new Set();
  const visit = async (/** @type {string} */ path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = await readFile(join(ROOT, path), "utf8");
    // Declarations name scripts; what is meant is the declaration beside them.
    for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      const found = posix.join(posix.dirname(path), target);
      await visit(path.endsWith(".d.ts") ? found.replace(/\.js$/, ".d.ts") : found);
    }
  };
  const targets = Object.values({ ...exports, ...imports }).flatMap((target) =>
    typeof target === "string" ? [target] : leaves(target)
  );
  for (const target of targets) {
    if (target.startsWith("./dist/")) await visit(posix.normalize(target));
  }
  const built = await readdir(join(ROOT, "dist"), { recursive: true });
  return built.map((name) => `dist/${name.replaceAll("\\", "/")}`)
    .filter((path) => /\.(?:js|d\.ts)$/.test(path) && !reached.has(path))
    .map((path) => `${path} is reached by nothing in package.json`);
}

/** The paths of a target with conditions. @param {object} target @returns {string[]} */
function leaves(target) {
  return Object.values(target).flatMap((value) =>
    typeof value === "string" ? [value] : leaves(value)
  );
}
