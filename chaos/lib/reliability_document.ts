/** Puts what was measured into `docs/reliability.md`, and leaves there what was not measured this time. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, RUNTIMES } from "../../tests/support/program.ts";
import { describeMachine, runtimeVersion, serverVersion } from "./machine.ts";
import { renderTable, type Report } from "./report.ts";

const DOCUMENT = join(ROOT, "docs", "reliability.md");

/** A row of a scenario's table: a figure, its target, and what each runtime came to. */
interface Row {
  target: string;
  readonly measured: Map<string, string>;
}

/** Writes reports into the document: each into its scenario's table, in the column of its runtime. */
export async function writeReports(reports: readonly Report[]): Promise<void> {
  let text = await readFile(DOCUMENT, "utf8");
  for (const report of reports) {
    const [begin, end] = [`<!-- ${report.scenario} -->`, `<!-- /${report.scenario} -->`];
    const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    if (from < begin.length || to < from) {
      throw new Error(`docs/reliability.md has no place for ${report.scenario}: ${begin} … ${end}`);
    }
    const rows = readRows(text.slice(from, to));
    for (const [name, target, measured] of await measuredRows(report)) {
      const row = rows.get(name) ?? { target, measured: new Map() };
      row.target = target;
      row.measured.set(report.runtime, measured);
      rows.set(name, row);
    }
    text = `${text.slice(0, from)}\n\n${renderRows(rows)}\n\n${text.slice(to)}`;
  }
  await writeFile(DOCUMENT, text);
}

async function measuredRows(
  { runtime, figures, seconds, command }: Report,
): Promise<[name: string, target: string, measured: string][]> {
  return [
    ...figures.map(({ name, target, measured, met }): [string, string, string] => [
      name,
      target,
      met ? measured : `${measured}, missed`,
    ]),
    ["seconds", "", seconds.toFixed(0)],
    ["version of the runtime", "", await runtimeVersion(runtime)],
    ["version of nats-server", "", await serverVersion()],
    ["machine", "", describeMachine()],
    ["command", "", `\`${command}\``],
  ];
}

function readRows(table: string): Map<string, Row> {
  const [, , ...lines] = table.split("\n").filter((line) => line.startsWith("|"));
  return new Map(lines.map((line) => {
    const [name = "", target = "", ...cells] = line.split("|").slice(1, -1).map((cell) =>
      cell.trim()
    );
    const measured = RUNTIMES.map((runtime, at): [string, string] => [runtime, cells[at] ?? ""]);
    return [name, { target, measured: new Map(measured) }];
  }));
}

function renderRows(rows: ReadonlyMap<string, Row>): string {
  return renderTable(
    ["figure", "target", ...RUNTIMES],
    [...rows].map(([name, { target, measured }]) => [
      name,
      target,
      ...RUNTIMES.map((runtime) => measured.get(runtime) ?? ""),
    ]),
  );
}
