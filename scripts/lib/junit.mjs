/** Reads the reports that every test runner can write: JUnit's XML. */

import { readFile } from "node:fs/promises";

/**
 * How many tests ended how.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * Counts the tests of a report. A report that is not there counts nothing.
 *
 * @param {string} path
 * @returns {Promise<Counts>}
 */
export async function readCounts(path) {
  const xml = await readFile(path, "utf8").catch(() => "");
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, body = ""] of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(?:failure|error)\b/.test(body)) counts.failed++;
    else if (/<skipped\b/.test(body)) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}

/** Adds counts up. @param {Counts[]} all @returns {Counts} */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}
