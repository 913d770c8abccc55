/** Checks the text of every file under version control for what must not be published. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, run } from "../lib/command.mjs";

/** What no file may hold, and why. @type {[pattern: RegExp, what: string][]} */
const FORBIDDEN = [
  [/(?:^|[^.\w])\/(?:work|farm|root|Users|home\/[a-z]\w*)\/[\w.-]/, "a path of one machine"],
  [/(?:^|[^.\w])\/tmp\/[a-z]/, "a path of one machine; ask the system for its temporary folder"],
  [
    /\bregistry\.(?:npmjs|yarnpkg|npmmirror)|\/\/[\w.-]*(?:artifactory|nexus|verdaccio)/,
    "the name of a registry's host",
  ],
  [/^\s*"resolved": "http/, "a download address; lock with `omit-lockfile-registry-resolved`"],
  [/^(?:<{7}|>{7}) /, "the mark of a merge that was not finished"],
];

/** @returns {Promise<string[]>} Each line that must not be there. */
export async function forbiddenText() {
  const { output } = await run("git", ["ls-files", "-z"]);
  const problems = [];
  for (const path of output.split("\0").filter(Boolean)) {
    const text = await readFile(join(ROOT, path), "utf8").catch(() => "");
    if (text.includes("\0")) continue;
    for (const [index, line] of text.split("\n").entries()) {
      for (const [pattern, what] of FORBIDDEN) {
        if (pattern.test(line)) {
          problems.push(`${path}:${index + 1}: ${what}: ${line.trim().slice(0, 100)}`);
        }
      }
    }
  }
  return problems;
}
