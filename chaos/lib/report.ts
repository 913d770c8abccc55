/** Tables, for people. */

import type { Runtime } from "../../tests/support/program.ts";
import type { Figure } from "./scenario.ts";

/** What one scenario came to on one runtime. */
export interface Report {
  readonly scenario: string;
  readonly runtime: Runtime;
  readonly figures: readonly Figure[];
  readonly seconds: number;
  /** What does the same again. */
  readonly command: string;
}

/** The figures of all reports as a table for the terminal. */
export function renderReports(reports: readonly Report[]): string {
  return renderTable(
    ["scenario", "runtime", "figure", "target", "measured", ""],
    reports.flatMap(({ scenario, runtime, figures, seconds }) => [
      ...figures.map(({ name, target, measured, met }) => [
        scenario,
        runtime,
        name,
        target,
        measured,
        target === "" ? "" : met ? "met" : "MISSED",
      ]),
      [scenario, runtime, "seconds", "", seconds.toFixed(0), ""],
    ]),
  );
}

/** A table of padded cells, in the form that Markdown understands. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** Whether every figure was reached. */
export function allMet(reports: readonly Report[]): boolean {
  return reports.every(({ figures }) => figures.every(({ met }) => met));
}
