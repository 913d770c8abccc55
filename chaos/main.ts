/**
 * `npm run chaos`: breaks things on purpose, and counts what was lost. `npm run soak` does so for half an hour.
 *
 * `npm run chaos -- --scenario kill,sigterm --runtime node --runs 1000` narrows it down; `--short` has
 * faults last seconds instead of minutes; `--write` puts what was measured into `docs/reliability.md`. Exits 1 when a figure is missed.
 */

import type { Runtime } from "../tests/support/program.ts";
import { readOptions } from "./lib/options.ts";
import { stagePackage } from "./lib/package_stage.ts";
import { writeReports } from "./lib/reliability_document.ts";
import { allMet, renderReports, type Report } from "./lib/report.ts";
import { runScenario } from "./lib/run_scenario.ts";
import { SCENARIOS } from "./scenarios/all.ts";

const options = readOptions(SCENARIOS);
await using stage = await stagePackage();
const reports: Report[] = [];
for (const scenario of options.scenarios) {
  const start = (runtime: Runtime) => runScenario(scenario, { ...options, runtime, stage });
  const ended: Report[] = [];
  if (scenario.long) ended.push(...await Promise.all(options.runtimes.map(start)));
  else for (const runtime of options.runtimes) ended.push(await start(runtime));
  if (options.write) await writeReports(ended);
  reports.push(...ended);
}
console.log(renderReports(reports));
process.exitCode = allMet(reports) ? 0 : 1;
