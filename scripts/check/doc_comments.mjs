/** Checks that every exported symbol has a doc comment, and that what it refers to is exported too. */

import { run } from "../lib/command.mjs";

/**
 * Types of other packages. Deno takes them for private ones of this package; users have them from where they come from.
 */
const FOREIGN = ["StandardSchemaV1"];

/**
 * @param {string[]} entries
 * @returns {Promise<string[]>} What is not documented.
 */
export async function undocumented(entries) {
  const { ok, output } = await run("deno", ["doc", "--quiet", "--lint", ...entries]);
  if (ok) return [];
  const complaints = output.split(/^(?=error)/m);
  const found = complaints.filter((complaint) => complaint.startsWith("error["));
  // Without any complaint of the known form, whatever was printed is why it failed.
  if (found.length === 0) return [output];
  return found.filter((complaint) =>
    !FOREIGN.some((name) => complaint.includes(`references private type '${name}'`))
  );
}
