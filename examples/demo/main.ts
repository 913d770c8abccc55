/**
 * A Conveyor system in one process: a server, three drivers and a client, at work on this repository.
 *
 *     npm run demo                              everything in this process, the broker in memory
 *     npm run demo -- --nats nats://127.0.0.1   the same on a NATS server with JetStream
 *     npm run demo -- --fail                    with a document to check that has a problem
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createClient,
  createDriverManager,
  ensureDefinitions,
  type RunOutcome,
  runResource,
} from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { build } from "./drivers/build.ts";
import { check } from "./drivers/check.ts";
import { survey } from "./drivers/survey.ts";
import { repositorySchema, TYPE } from "./spec.ts";
import { palette, Screen, type StepSummary } from "./terminal.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");
const PROBLEM = "examples/demo/problem/README.md";

const { values: flags } = parseArgs({
  options: { nats: { type: "string" }, fail: { type: "boolean", default: false } },
});

const drivers = [survey, check, build];
const steps = drivers.map(({ name }) => name);
const screen = new Screen({
  write: (text) => process.stdout.write(text),
  drivers: steps,
  palette: palette(process.stdout, process.env),
});
const started = performance.now();
const durations = new Map<string, number>();

await using server = createDevServer(flags.nats === undefined ? {} : { servers: flags.nats });
const { url } = await server.listen();
const client = createClient({ url });

await ensureDefinitions(client, {
  definitions: [{ name: TYPE, schema: repositorySchema }],
  pipelines: [{ name: "inspect", resource: TYPE, steps }],
});

await using manager = createDriverManager({
  drivers,
  client,
  ...server.broker,
  console: false,
  onEvent(event) {
    if (event.type === "run-ended") durations.set(event.run.driver, event.durationMs);
  },
});
const running = manager.run();
await manager.ready;

screen.opening({
  server: `${url}, embedded`,
  broker: flags.nats ?? "in memory",
  input: ROOT,
});

const outcome = await runResource(
  client,
  {
    name: "this-repository",
    resource: TYPE,
    pipeline: "inspect",
    spec: { root: ROOT, alsoCheck: flags.fail ? [PROBLEM] : [] },
  },
  { steps, onLog: (entry) => screen.log(entry) },
);

await manager.stop();
await running;
screen.summary(steps.map((driver) => summaryOf(driver, outcome)), performance.now() - started);
process.exitCode = outcome.success ? 0 : 1;

function summaryOf(driver: string, { results }: RunOutcome): StepSummary {
  const result = results[driver];
  return {
    driver,
    success: result?.success,
    message: result?.message ?? "not reached",
    durationMs: durations.get(driver),
  };
}
