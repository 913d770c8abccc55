/** Puts the table into `docs/performance.md`. @module */

import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../chaos/lib/machine.ts";
import { renderTable } from "../chaos/lib/report.ts";
import { ROOT, type Runtime } from "../tests/support/program.ts";
import { putSection } from "./section.ts";
import type { Row } from "./table.ts";

/** Writes the rows into the section of the runtime. */
export async function writeRows(
  rows: readonly Row[],
  runtime: Runtime,
  about: string,
  command: string,
): Promise<void> {
  const file = join(ROOT, "docs", "performance.md");
  const titles = ["what", "by hand", "SDK", "ratio", "target"] as const;
  const table = renderTable([...titles], rows.map((row) => titles.map((title) => row[title])));
  const machine = `${describeMachine()} (${cpus()[0]?.model.trim() ?? ""})`;
  const section = `${table}\n\n${about}; ${machine}; measured by \`${command}\`.`;
  await writeFile(file, putSection(await readFile(file, "utf8"), `bench-${runtime}`, section));
}
