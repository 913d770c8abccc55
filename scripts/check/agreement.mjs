/** Checks that package.json, jsr.json, deno.json and the build agree on name, version, license and entry points. */

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../lib/command.mjs";

const NOT_CODE = "./package.json";

/** @returns {Promise<string[]>} What they disagree on. */
export async function disagreements() {
  const [npm, jsr, deno, lock] = await Promise.all(
    ["package.json", "jsr.json", "deno.json", "package-lock.json"].map(readJson),
  );
  const problems = [];
  for (const field of ["name", "version", "license"]) {
    for (const [file, value] of [["jsr.json", jsr[field]], ["deno.json", deno[field]]]) {
      if (value !== npm[field]) {
        problems.push(`${file}: ${field} is ${value}, package.json says ${npm[field]}`);
      }
    }
  }
  if (lock.version !== npm.version) problems.push(`package-lock.json: version is ${lock.version}`);
  const npmEntries = Object.keys(npm.exports).filter((entry) => entry !== NOT_CODE);
  for (const [file, entries] of [["jsr.json", jsr.exports], ["deno.json", deno.exports]]) {
    problems.push(...differences(file, Object.keys(entries), npmEntries));
  }
  for (const [entry, source] of Object.entries(deno.exports)) {
    if (jsr.exports[entry] !== source) {
      problems.push(`${entry}: deno.json says ${source}, jsr.json ${jsr.exports[entry]}`);
    }
    const specifier = entry.replace(/^\./, npm.name);
    if (deno.imports[specifier] !== source) {
      problems.push(`deno.json: imports lack "${specifier}": "${source}"`);
    }
    if (!await exists(source)) problems.push(`${entry}: there is no ${source}`);
  }
  for (const [entry, target] of Object.entries(npm.exports)) {
    for (const file of typeof target === "string" ? [target] : Object.values(target)) {
      if (!await exists(file)) problems.push(`${entry}: there is no ${file}`);
    }
    if (typeof target === "object" && Object.keys(target)[0] !== "types") {
      problems.push(`${entry}: types come first`);
    }
  }
  for (const file of Object.values(npm.imports).flatMap(Object.values)) {
    if (!await exists(file)) problems.push(`imports: there is no ${file}`);
  }
  const changelog = await readFile(join(ROOT, "CHANGELOG.md"), "utf8");
  if (!changelog.includes(`## [${npm.version}]`)) {
    problems.push(`CHANGELOG.md has no section ${npm.version}`);
  }
  return problems;
}

/** @param {string} file @param {string[]} entries @param {string[]} expected */
function differences(file, entries, expected) {
  return [
    ...expected.filter((entry) => !entries.includes(entry)).map((entry) =>
      `${file}: exports lack "${entry}"`
    ),
    ...entries.filter((entry) => !expected.includes(entry)).map((entry) =>
      `package.json: exports lack "${entry}"`
    ),
  ];
}

/** @param {string} path */
async function readJson(path) {
  return JSON.parse(await readFile(join(ROOT, path), "utf8"));
}

/** @param {string} path */
async function exists(path) {
  return await stat(join(ROOT, path)).then((found) => found.isFile(), () => false);
}
