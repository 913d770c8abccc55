/** Checks that every exported symbol has a doc comment, and that what it refers to is exported too. */

import { run } from "../lib/command.mjs";

/**
 * Each entry by itself: one import must be enough for all that its signatures name.
 *
 * @param {string[]} entries
 * @returns {Promise<string[]>} What is not documented.
 */
export async function undocumented(entries) {
  const complaints = await Promise.all(entries.map(async (entry) => {
    const { ok, output } = await run("deno", ["doc", "--quiet", "--lint", entry]);
    if (ok) return [];
    const found = output.split(/^(?=error)/m).filter((text) => text.startsWith("error["));
    // Without any complaint of the known form, whatever was printed is why it failed.
    return (found.length === 0 ? [output] : found).map((text) => `${entry}: ${text}`);
  }));
  return complaints.flat();
}
