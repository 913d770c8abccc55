/**
 * A Conveyor system in one process: a server, three drivers and a client, at work on this repository.
 *
 *     npm run demo                                   everything in this process, the broker in memory
 *     npm run demo -- --nats nats://127.0.0.1:4222   the same on a NATS server with JetStream
 *     npm run demo -- --fail                         with a document that has a dead link
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createClient, createDriverManager } from "@conveyor/driver";
import { ensureDefinitions, runResource } from "@conveyor/driver/client";
import { createDevServer } from "@conveyor/driver/dev";
import { build } from "./drivers/build.ts";
import { check } from "./drivers/check.ts";
import { survey } from "./drivers/survey.ts";
import { repositorySchema, TYPE } from "./spec.ts";
import { palette, Screen } from "./terminal.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");
const PROBLEM = "examples/demo/problem/README.md";

try {
  process.exitCode = await demo(process.argv.slice(2)) ? 0 : 1;
} catch (error) {
  console.error(`\n  ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/** Runs the demo, and returns whether every step succeeded. */
async function demo(args: string[]): Promise<boolean> {
  const { values: { nats, fail } } = parseArgs({
    args,
    options: { nats: { type: "string" }, fail: { type: "boolean", default: false } },
  });
  const started = performance.now();
  const drivers = [survey, check, build];
  const steps = drivers.map(({ name }) => name);
  const screen = new Screen(process.stdout, steps, palette(process.stdout, process.env));

  // The server. In production it is a separate program; here it shares the process, and the broker unless --nats is set.
  await using server = createDevServer(nats === undefined ? {} : { servers: nats });
  const { url } = await server.listen();
  screen.opening({ server: `${url} (embedded)`, broker: nats ?? "in memory", input: ROOT });

  // The definitions: a type of resource, and the pipeline of its steps.
  const client = createClient({ url });
  await ensureDefinitions(client, {
    definitions: [{ name: TYPE, schema: repositorySchema }],
    pipelines: [{ name: "inspect", resource: TYPE, steps }],
  });

  // The drivers. Each could run in a separate process, in any number of copies.
  const durations = new Map<string, number>();
  await using manager = createDriverManager({
    drivers,
    client,
    ...server.broker,
    console: false,
    handleSignals: false,
    onEvent(event) {
      if (event.type === "run-ended") durations.set(event.run.driver, event.durationMs);
    },
  });
  const running = manager.run();
  await manager.ready;

  // The user: creates a resource, which starts a run, and watches its log.
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));
  const spec = { root: ROOT, alsoCheck: fail ? [PROBLEM] : [] };
  const ticking = setInterval(() => screen.progress(), 100);
  const run = await runResource(
    client,
    { name: "this-repository", resource: TYPE, pipeline: "inspect", spec },
    { steps, signal: interrupted.signal, onLog: (entry) => screen.log(entry) },
  ).finally(() => clearInterval(ticking));

  await manager.stop();
  await running;
  screen.summary(run.results, durations, performance.now() - started);
  return run.success;
}
