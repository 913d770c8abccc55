/** `npm run check`: everything but the tests. Prints a line for each step; exits 1 when one fails. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { disagreements } from "./check/agreement.mjs";
import { lockedDependencyProblems } from "./check/dependencies.mjs";
import { undocumented } from "./check/doc_comments.mjs";
import { exampleProblems } from "./check/doc_examples.mjs";
import { unreachedFiles } from "./check/dist_files.mjs";
import { edgeProblems } from "./check/edge_bundle.mjs";
import { bundleProblems, houseReport } from "./check/house_report.mjs";
import { installProblems, installReport } from "./check/install_size.mjs";
import { packageProblems } from "./check/package.mjs";
import { refusedPhrases } from "./check/phrases.mjs";
import { surfaceProblems } from "./check/public_surface.mjs";
import { forbiddenText } from "./check/tracked_files.mjs";
import { userTypeProblems } from "./check/user_types.mjs";
import { ROOT, run } from "./lib/command.mjs";
import { runGate } from "./lib/gate.mjs";
import { seconds } from "./lib/report.mjs";

/** What a program prints when it fails. @param {string} command @param {string[]} args */
async function complaints(command, ...args) {
  const { ok, code, output } = await run(command, args);
  return ok ? "" : output.trim() || `${command} ended with code ${code} and said nothing`;
}

const BUILD = "build";
/** The sources of what users import. */
const entries = Object.values(JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8")).exports);
const importAll = `await Promise.all(${JSON.stringify(entries)}.map((entry) => import(entry)))`;

const started = performance.now();
const { passed, failed } = await runGate([
  { name: BUILD, work: () => complaints("tsup", "--silent") },
  { name: "format", work: () => complaints("deno", "fmt", "--check") },
  { name: "lint", work: () => complaints("deno", "lint") },
  { name: "tracked files", work: forbiddenText },
  { name: "words", work: refusedPhrases },
  { name: "dependencies", work: lockedDependencyProblems },
  { name: "public surface", work: surfaceProblems },
  { name: "types of the package", work: () => complaints("tsc", "--pretty", "false") },
  {
    name: "types of tests, examples and benches",
    work: () => complaints("tsc", "-p", "tsconfig.tests.json", "--pretty", "false"),
  },
  {
    name: "types of scripts",
    work: () => complaints("tsc", "-p", "tsconfig.scripts.json", "--pretty", "false"),
  },
  {
    name: "types against the web platform alone",
    work: () => complaints("tsc", "-p", "tsconfig.web.json", "--pretty", "false"),
  },
  { name: "types in users' projects", after: BUILD, work: userTypeProblems },
  { name: "types in Deno", work: () => complaints("deno", "check", ...entries) },
  {
    name: "Bun runs the source",
    work: () => complaints("bun", "--no-install", "-e", importAll),
  },
  { name: "doc comments", work: () => undocumented(entries) },
  { name: "entry points agree", after: BUILD, work: disagreements },
  { name: "examples in the documents", after: BUILD, work: exampleProblems },
  { name: "edge bundle", after: BUILD, work: edgeProblems },
  { name: "bundle sizes", after: BUILD, work: bundleProblems },
  { name: "files of the build", after: BUILD, work: unreachedFiles },
  { name: "npm package", after: BUILD, work: packageProblems },
  { name: "installed size", after: BUILD, work: installProblems },
  {
    name: "npm publish, dry run",
    after: BUILD,
    work: () => complaints("npm", "publish", "--dry-run", "--ignore-scripts", "--provenance=false"),
  },
  {
    name: "JSR publish, dry run",
    work: () => complaints("deno", "publish", "--dry-run", "--allow-dirty"),
  },
]);
if (failed === 0) console.log(`${await houseReport()}\n${await installReport()}`);
console.log(
  `     ${seconds(performance.now() - started)}  ${passed} steps passed, ${failed} failed`,
);
process.exitCode = failed === 0 ? 0 : 1;
