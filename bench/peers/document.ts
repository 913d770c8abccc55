/** Puts what was measured into `docs/performance.md`, beside its plots. @module */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cpus } from "node:os";
import { describeMachine } from "../../chaos/lib/machine.ts";
import { renderTable } from "../../chaos/lib/report.ts";
import { putSection } from "../section.ts";
import { ROOT } from "../../tests/support/program.ts";
import { type Figures, PER_PROCESS } from "./figures.ts";
import { plotRates, type Point } from "./plot.ts";

const DOCS = join(ROOT, "docs");

/** Writes the table and both plots. */
export async function writePeers(
  figures: readonly Figures[],
  versions: Readonly<Record<string, string>>,
  command: string,
): Promise<void> {
  const file = join(DOCS, "performance.md");
  const text = await readFile(file, "utf8");
  await writeFile(
    file,
    putSection(text, "peers", section(figures, versions, command)),
  );
  await mkdir(join(DOCS, "plots"), { recursive: true });
  const plot = async (
    name: string,
    title: string,
    of: (one: Figures) => Figures["byProcesses"],
  ) =>
    await writeFile(
      join(DOCS, "plots", name),
      await plotRates(points(figures, of), title),
    );
  await plot(
    "rate_by_concurrency.svg",
    "in work at a time",
    (one) => one.byConcurrency,
  );
  await plot(
    "rate_by_processes.svg",
    `processes, ${PER_PROCESS} in work at a time in each`,
    (one) => one.byProcesses,
  );
}

function section(
  figures: readonly Figures[],
  versions: Readonly<Record<string, string>>,
  command: string,
): string {
  const rate = (value: number) => `${Math.round(value)}/s`;
  const rows = figures.map(({ name, server, one, many }) => [
    versions[name] === undefined ? name : `${name} ${versions[name]}`,
    server,
    rate(one.rate),
    one.cpuMs.toFixed(0),
    rate(many.rate),
    many.cpuMs.toFixed(0),
  ]);
  const titles = [
    "",
    "server",
    "one at a time",
    "CPU ms/1,000",
    "64 at once",
    "CPU ms/1,000",
  ];
  return [
    renderTable(titles, rows),
    "![Rate over the number in work at a time](plots/rate_by_concurrency.svg)",
    "![Rate over the number of processes](plots/rate_by_processes.svg)",
    `Node ${process.versions.node}; ${describeMachine()} (${cpus()[0]?.model.trim() ?? ""}); ` +
    `measured by \`${command}\`.`,
  ].join("\n\n");
}

function points(
  figures: readonly Figures[],
  of: (one: Figures) => ReadonlyMap<number, number>,
): Point[] {
  return figures.flatMap((one) => [...of(one)].map(([x, rate]) => ({ name: one.name, x, rate })));
}
