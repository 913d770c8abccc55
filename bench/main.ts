/**
 * Measures the SDK against hand-written code that does the same work, on a real nats-server with file storage.
 *
 * `npm run bench` prints a table. `npm run bench -- --json` prints one JSON object as its last line; `--quick` measures less;
 * `--runtime deno` or `bun` measures there; `--profile` shows on Node where the time of an event goes; `--write` puts the table
 * into `docs/performance.md`.
 */

import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { binaryOf, currentRuntime, type Runtime, RUNTIMES } from "../tests/support/program.ts";
import { writeRows } from "./document.ts";
import { figuresOf } from "./figures.ts";
import { measureAll } from "./measure_all.ts";
import { measureProfiles } from "./profile/measure_profiles.ts";
import { profileFiguresOf, profileTableOf } from "./profile/profile_table.ts";
import { tableOf } from "./table.ts";

const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  options: {
    json: { type: "boolean" },
    profile: { type: "boolean" },
    quick: { type: "boolean" },
    runtime: { type: "string" },
    write: { type: "boolean" },
  },
});
const runtime = RUNTIMES.find((one) => one === (values.runtime ?? currentRuntime()));
if (runtime === undefined) {
  throw new Error(`--runtime must be one of ${RUNTIMES.join(", ")}, not ${values.runtime}`);
}
if (values.profile && runtime !== "node") {
  throw new Error("--profile takes the profiler of Node.js: run it without --runtime");
}
if (runtime === currentRuntime()) await (values.profile ? profile() : bench(runtime));
else {
  const before = runtime === "deno" ? ["run", "-A"] : [];
  const command = [...before, "bench/main.ts", ...args];
  process.exitCode = spawnSync(binaryOf(runtime), command, { stdio: "inherit" }).status ?? 1;
}

async function bench(on: Runtime): Promise<void> {
  const measured = await measureAll(values.quick === true);
  await show(`bench-${on}`, tableOf(measured), on);
  if (values.json) console.log(JSON.stringify(figuresOf(measured)));
}

async function profile(): Promise<void> {
  const quick = values.quick === true;
  const measured = await measureProfiles({
    concurrency: 64,
    events: quick ? 4000 : 16_000,
    rounds: quick ? 3 : 9,
  });
  await show("bench-profile", profileTableOf(measured), "node");
  if (values.json) console.log(JSON.stringify(profileFiguresOf(measured)));
}

/** Prints the rows, and writes them into a section if it is asked to. */
async function show(
  section: string,
  rows: readonly Readonly<Record<string, string>>[],
  on: Runtime,
): Promise<void> {
  console.table(rows);
  const about = `${on} ${(process.versions as Record<string, string>)[on]}`;
  console.log(`${about}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? ""}`);
  if (values.write) await writeRows(section, rows, about, `npm run bench -- ${args.join(" ")}`);
}
