/** Runs a driver that writes more to the console than waits for a reader, once it gets SIGUSR2. Reports on standard error. */

import process from "node:process";
import { createDriver, createDriverManager } from "../../../mod.ts";
import { createClient } from "../../../src/client/mod.ts";
import { createDevServer } from "../../../src/dev/mod.ts";

const RUNS = 6;
const LINES = 40;
const TEXT = "x".repeat(100_000);

const go = new Promise((resolve) => process.once("SIGUSR2", resolve));
const server = createDevServer();
const client = createClient({ fetch: server.fetch });
await client.createResourceDefinition({ name: "workflow", schema: { type: "object" } });
let ended = 0;
let end = () => {};
const allEnded = new Promise<void>((resolve) => end = resolve);
const manager = createDriverManager({
  driver: createDriver({
    name: "talkative",
    resources: ["workflow"],
    reconcile({ logger, resource }) {
      for (let line = 0; line < LINES; line++) logger.info(`${resource.name} ${line} ${TEXT}`);
    },
  }),
  ...server.broker,
  onEvent(event) {
    if (event.type === "run-ended" && event.outcome === "succeeded" && ++ended === RUNS) end();
  },
});
const running = manager.run();
await manager.ready;
process.stderr.write("READY\n");
await go;
for (let run = 0; run < RUNS; run++) {
  await client.createResource({ name: `run-${run}`, resource: "workflow", spec: {} });
}
await allEnded;
process.stderr.write("RUNS ENDED\n");
await manager.stop();
await running;
await server.close();
process.stderr.write(`SINK ${JSON.stringify(manager.stats().sinks["console"])}\n`);
