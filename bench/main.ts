/**
 * Measures the SDK against hand-written code that does the same work, on a real nats-server with file storage.
 *
 * `npm run bench` prints a table. `npm run bench -- --json` prints one JSON object as its last line; `--quick` measures less;
 * `--runtime deno` or `bun` measures there, and `--write` puts the table into `docs/performance.md`.
 */

import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { binaryOf, currentRuntime, type Runtime, RUNTIMES } from "../tests/support/program.ts";
import { writeRows } from "./document.ts";
import { figuresOf } from "./figures.ts";
import { measureAll } from "./measure_all.ts";
import { tableOf } from "./table.ts";

const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  options: {
    json: { type: "boolean" },
    quick: { type: "boolean" },
    runtime: { type: "string" },
    write: { type: "boolean" },
  },
});
const runtime = RUNTIMES.find((one) => one === (values.runtime ?? currentRuntime()));
if (runtime === undefined) {
  throw new Error(`--runtime must be one of ${RUNTIMES.join(", ")}, not ${values.runtime}`);
}
if (runtime === currentRuntime()) await bench(runtime);
else {
  const before = runtime === "deno" ? ["run", "-A"] : [];
  const command = [...before, "bench/main.ts", ...args];
  process.exitCode = spawnSync(binaryOf(runtime), command, { stdio: "inherit" }).status ?? 1;
}

async function bench(on: Runtime): Promise<void> {
  const measured = await measureAll(values.quick === true);
  const rows = tableOf(measured);
  console.table(rows);
  const about = `${on} ${(process.versions as Record<string, string>)[on]}`;
  console.log(`${about}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? ""}`);
  if (values.write) await writeRows(rows, on, about, `npm run bench -- ${args.join(" ")}`);
  if (values.json) console.log(JSON.stringify(figuresOf(measured)));
}
