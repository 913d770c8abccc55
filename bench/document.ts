/** Puts tables into `docs/performance.md`. @module */

import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../chaos/lib/machine.ts";
import { renderTable } from "../chaos/lib/report.ts";
import { ROOT } from "../tests/support/program.ts";
import { putSection } from "./section.ts";

/** The most characters in a line of a document. */
const LINE_WIDTH = 100;

/** Writes the rows into a section, as a table whose columns are the fields of the first one. */
export async function writeRows(
  name: string,
  rows: readonly Readonly<Record<string, string>>[],
  about: string,
  command: string,
): Promise<void> {
  const file = join(ROOT, "docs", "performance.md");
  const titles = Object.keys(rows[0] ?? {});
  const table = renderTable(titles, rows.map((row) => titles.map((title) => row[title] ?? "")));
  const machine = `${describeMachine()} (${cpus()[0]?.model.trim() ?? ""})`;
  const measured = `${about}; ${machine}; measured by`;
  const wraps = measured.length + command.length + 4 > LINE_WIDTH; // As the formatter would have it.
  const section = `${table}\n\n${measured}${wraps ? "\n" : " "}\`${command}\`.`;
  await writeFile(file, putSection(await readFile(file, "utf8"), name, section));
}
