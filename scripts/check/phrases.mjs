/** Checks the words: phrases that are our own where the field has a plain one. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, run } from "../lib/command.mjs";

const REFUSED = [
  "made anew",
  "made again",
  "told of",
  "tells of",
  "tell of",
  "befell",
  "befalls",
  "somebody",
  "nobody",
  "whoever",
  "signs? of life",
  "patience",
  "its own word",
  "has a place",
  "gives? back",
  "hands? back",
  "handed back",
  "comes to",
  "as much of \\w+ as",
  "no longer there",
  "is spoken",
  "heed(?:s|ed)?",
  "deal(?:s|t)? with",
  "mend(?:s|ed)?",
];
const PATTERN = new RegExp(`\\b(?:${REFUSED.join("|")})\\b`, "i");

/** @returns {Promise<string[]>} Each line with such a phrase. */
export async function refusedPhrases() {
  const { output } = await run("git", ["ls-files", "-z", "--", "src", "docs", "mod.ts", "*.md"]);
  const problems = [];
  for (const path of output.split("\0").filter(Boolean)) {
    const text = await readFile(join(ROOT, path), "utf8").catch(() => "");
    for (const [index, line] of text.split("\n").entries()) {
      // Identifiers are words too, but for a counter's public name.
      const words = line.replaceAll("handedBack", "").replace(/([a-z])([A-Z])/g, "$1 $2");
      const [phrase] = PATTERN.exec(words) ?? [];
      if (phrase) problems.push(`${path}:${index + 1}: "${phrase}": ${line.trim().slice(0, 120)}`);
    }
  }
  return problems;
}
