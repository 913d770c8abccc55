/**
 * `npm run soak`: thirty minutes at a steady rate on Node, Deno and Bun at once, each on a server of its own.
 *
 * `npm run soak -- --minutes 5 --runtime node` makes it shorter; `--write` puts what was measured into `docs/reliability.md`.
 * Exits 1 when a figure is missed.
 */

import { parseArgs } from "node:util";
import { RUNTIMES } from "../tests/support/program.ts";
import { stagePackage } from "./lib/package_stage.ts";
import { allMet, renderReports } from "./lib/report.ts";
import { runScenario } from "./lib/run_scenario.ts";
import { soak } from "./scenarios/soak.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, runtime: { type: "string" } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: this is not a number above 0`);
const runtimes = RUNTIMES.filter((name) => values.runtime === undefined || values.runtime === name);
if (runtimes.length === 0) {
  throw new Error(`--runtime ${values.runtime}: use ${RUNTIMES.join(", ")}`);
}

await using stage = await stagePackage();
const reports = await Promise.all(
  runtimes.map((runtime) =>
    runScenario(soak, { runtime, stage, minutes, runs: undefined, seed: undefined })
  ),
);
console.log(renderReports(reports));
process.exitCode = allMet(reports) ? 0 : 1;
