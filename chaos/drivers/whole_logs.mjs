/**
 * A server that drops live log lines, stores them late and mixes up streams, two drivers that write as fast as they can, and a
 * client that runs resources, eight at once. Writes what came of it as one line of JSON.
 */

import process from "node:process";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { createClient, ensureDefinitions, runResource } from "@conveyor/driver/client";
import { createDevServer } from "@conveyor/driver/dev";

const { runs, lines, faults } = JSON.parse(process.env["CHAOS_LOGS"] ?? "{}");
const AT_ONCE = 8;
const steps = ["build", "a-test"];

const server = createDevServer({ faults });
const { url } = await server.listen();
const drivers = steps.map((name) =>
  createDriver({
    name,
    resources: ["workflow"],
    reconcile({ logger }) {
      for (let line = 1; line <= lines; line++) logger.info(`line ${line}`);
    },
  })
);
const manager = createDriverManager({
  drivers,
  ...server.broker,
  concurrency: AT_ONCE,
  console: false,
});
const running = manager.run();
await manager.ready;
const client = createClient({ url });
await ensureDefinitions(client, {
  definitions: [{ name: "workflow", schema: { type: "object" } }],
  pipelines: [{ name: "ship", resource: "workflow", steps }],
});

const expected = steps.flatMap((driver) =>
  Array.from({ length: lines }, (_, index) => `${driver}: line ${index + 1}`)
);
const counts = { whole: 0, inOrder: 0, complete: 0, wronglyComplete: 0, cutOff: 0 };
let next = 0;
let names = 0;

/** A server that is too busy to answer cuts connections off: a create that got no answer is not repeated by itself. */
async function runOne(onLog) {
  for (;;) {
    const resource = { name: `site${names++}`, resource: "workflow", pipeline: "ship", spec: {} };
    try {
      return await runResource(client, resource, { steps, onLog });
    } catch (error) {
      if (error.code !== "connection" || ++counts.cutOff > runs) throw error;
    }
  }
}

async function work() {
  while (next < runs) {
    next++;
    const entries = [];
    const { complete } = await runOne(({ driver, message }) => {
      if (!message.startsWith("[conveyor] ")) entries.push(`${driver}: ${message}`);
    });
    const isWhole = new Set(entries).size === expected.length;
    const isInOrder = JSON.stringify(entries) === JSON.stringify(expected);
    if (isWhole) counts.whole++;
    if (isInOrder) counts.inOrder++;
    else {
      const at = entries.findIndex((entry, index) => entry !== expected[index]);
      const [got, wanted] = [entries[at], expected[at]];
      console.error(`entry ${at} of a run is "${got}" rather than "${wanted}"`);
    }
    if (complete) counts.complete++;
    if (complete && !isWhole) counts.wronglyComplete++;
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(JSON.stringify({ ...counts, ms: Math.round(performance.now() - startedAt) }));
await manager.stop();
await running;
await server.close();
