/** The package's sources and what they import, read as text. */

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";
import { ROOT } from "./command.mjs";

/**
 * A file of the package's source. `path` and the imports of own files count from the project's folder, with `/`; other
 * imports are specifiers.
 *
 * @typedef {{ path: string, text: string, imports: string[] }} SourceFile
 */

/** Reads `mod.ts` and all of `src/`. @returns {SourceFile[]} */
export function readSourceFiles() {
  const found = readdirSync(posix.join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"));
  return ["mod.ts", ...found.sort()].map((path) => {
    const text = readFileSync(posix.join(ROOT, path), "utf8");
    // Imports of types are among them.
    const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? posix.join(posix.dirname(path), fileName) : fileName
    );
    return { path, text, imports };
  });
}

/**
 * Finds import circles: groups of files that all reach each other.
 *
 * @param {readonly SourceFile[]} files
 * @returns {string[][]}
 */
export function importCircles(files) {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const circles = [];
  // Tarjan's strongly connected components.
  const visit = (/** @type {string} */ path) => {
    const own = { index: seen.size, low: seen.size, open: true };
    seen.set(path, own);
    stack.push(path);
    for (const target of importsOf.get(path) ?? []) {
      if (!importsOf.has(target)) continue;
      const known = seen.get(target);
      if (!known) own.low = Math.min(own.low, visit(target).low);
      else if (known.open) own.low = Math.min(own.low, known.index);
    }
    if (own.low === own.index) {
      const group = stack.splice(stack.indexOf(path));
      for (const member of group) {
        const state = seen.get(member);
        if (state) state.open = false;
      }
      if (group.length > 1) circles.push(group.sort());
    }
    return own;
  };
  for (const { path } of files) if (!seen.has(path)) visit(path);
  return circles;
}

/** The room that a file stands in: its folder. @param {string} path */
export function roomOf(path) {
  return posix.dirname(path);
}
