/** Puts the figures into `docs/reliability.md`. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describeMachine, runtimeVersion } from "../../chaos/lib/machine.ts";
import { type MeasuredRow, putRows } from "../../chaos/lib/reliability_document.ts";
import type { MutantFound } from "../mutants/play_mutants.ts";
import { brokenSchedules, type Summary } from "./summary.ts";

const DOCUMENT = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));

/** Writes what many schedules came to. */
export async function writeSummary(
  summary: Summary,
  seconds: number,
  command: string,
): Promise<void> {
  const { schedules, steps, virtualMs } = summary;
  await write("simulate", [
    ["schedules", "100000", String(schedules)],
    ["that break a promise", "0", String(brokenSchedules(summary))],
    ["steps", "", String(steps)],
    ["hours of virtual time", "", (virtualMs / 3_600_000).toFixed(0)],
    ["schedules a second", "", (schedules / seconds).toFixed(0)],
  ], command);
}

/** Writes how soon the mutants were found. */
export async function writeMutants(found: readonly MutantFound[], command: string): Promise<void> {
  const rows = found.map(({ name, seeds, played }): MeasuredRow => [
    name,
    "1 or more of 2000",
    `${seeds.length} of ${played}`,
  ]);
  await write("mutants", rows, command);
}

async function write(
  scenario: string,
  rows: readonly MeasuredRow[],
  command: string,
): Promise<void> {
  const text = await readFile(DOCUMENT, "utf8");
  const all: MeasuredRow[] = [
    ...rows,
    ["version of the runtime", "", await runtimeVersion("node")],
    ["machine", "", describeMachine()],
    ["command", "", `\`${command}\``],
  ];
  await writeFile(DOCUMENT, putRows(text, { scenario, runtime: "node" }, all));
}
