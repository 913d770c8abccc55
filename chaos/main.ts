/**
 * `npm run chaos`: breaks things on purpose, and counts what was lost.
 *
 * `npm run chaos -- --scenario kill,sigterm --runtime node --runs 1000` narrows it down; `--write` puts what was measured
 * into `docs/reliability.md`. Exits 1 when a figure is missed.
 */

import { parseArgs } from "node:util";
import { type Runtime, RUNTIMES } from "../tests/support/program.ts";
import { stagePackage } from "./lib/package_stage.ts";
import { allMet, renderReports, type Report } from "./lib/report.ts";
import { runScenario } from "./lib/run_scenario.ts";
import type { Scenario } from "./lib/scenario.ts";
import { SCENARIOS } from "./scenarios/all.ts";

interface Options {
  readonly scenarios: readonly Scenario[];
  readonly runtimes: readonly Runtime[];
  readonly runs: number | undefined;
  readonly minutes: number | undefined;
  readonly seed: number | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      scenario: { type: "string" },
      runtime: { type: "string" },
      runs: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
    },
  });
  const names = values.scenario?.split(",") ?? [...SCENARIOS.keys()];
  return {
    scenarios: names.map((name) => known("scenario", name, SCENARIOS)),
    runtimes: (values.runtime?.split(",") ?? RUNTIMES).map((name) =>
      known("runtime", name, new Map(RUNTIMES.map((runtime) => [runtime, runtime])))
    ),
    runs: number("runs", values.runs),
    minutes: number("minutes", values.minutes),
    seed: number("seed", values.seed),
  };
}

function known<T>(option: string, name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new Error(
    `--${option} ${name}: there is no such ${option}; use ${[...all.keys()].join(", ")}`,
  );
}

function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (Number(text) > 0) return Number(text);
  throw new Error(`--${option} ${text}: this is not a number above 0`);
}

const options = readOptions();
await using stage = await stagePackage();
const reports: Report[] = [];
for (const scenario of options.scenarios) {
  for (const runtime of options.runtimes) {
    reports.push(await runScenario(scenario, { ...options, runtime, stage }));
  }
}
console.log(renderReports(reports));
process.exitCode = allMet(reports) ? 0 : 1;
