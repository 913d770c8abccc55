/** Puts what was measured into `docs/reliability.md`, and leaves there what was not measured this time. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, RUNTIMES } from "../../tests/support/program.ts";
import { describeMachine, runtimeVersion, serverVersion } from "./machine.ts";
import { renderTable, type Report } from "./report.ts";

const DOCUMENT = join(ROOT, "docs", "reliability.md");

/** A row of a scenario's table: a figure, its target, and what each runtime came to. */
interface Row {
  readonly target: string;
  readonly measured: Map<string, string>;
}

/** What is written of a figure: its name, its target, and what was measured. */
export type MeasuredRow = readonly [name: string, target: string, measured: string];

/** Writes reports into the document: each into its scenario's table, in the column of its runtime. */
export async function writeReports(reports: readonly Report[]): Promise<void> {
  let text = await readFile(DOCUMENT, "utf8");
  for (const report of reports) text = putRows(text, report, await measuredRows(report));
  await writeFile(DOCUMENT, text);
}

/** The text of a document with the column of one runtime in the table of one scenario replaced. */
export function putRows(
  text: string,
  { scenario, runtime }: Pick<Report, "scenario" | "runtime">,
  measured: readonly MeasuredRow[],
): string {
  const [begin, end] = [`<!-- ${scenario} -->`, `<!-- /${scenario} -->`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) {
    throw new Error(`the document has no place for ${scenario}: ${begin} … ${end}`);
  }
  const before = readRows(text.slice(from, to));
  const rows = new Map<string, Row>();
  for (const [name, target, value] of measured) {
    const others = before.get(name)?.measured ?? [];
    rows.set(name, { target, measured: new Map([...others, [runtime, value]]) });
    before.delete(name);
  }
  // What is left is not measured any more: it goes when the last runtime has been measured without it.
  for (const [name, row] of before) {
    row.measured.delete(runtime);
    if ([...row.measured.values()].some((value) => value !== "")) rows.set(name, row);
  }
  return `${text.slice(0, from)}\n\n${renderRows(rows)}\n\n${text.slice(to)}`;
}

async function measuredRows(
  { runtime, figures, seconds, command }: Report,
): Promise<MeasuredRow[]> {
  return [
    ...figures.map(({ name, target, measured, met }): MeasuredRow => [
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
