import { createDriver, createDriverManager } from "@conveyor/driver";
import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { expect, it, onTestFinished } from "vitest";
import { createClient, ensureDefinitions, runResource } from "../../../src/client/mod.ts";

const LINES = 500;
const drivers = ["build", "a-test"];

/** A server with two drivers that write lines as fast as they can. Returns its client. */
async function world(
  faults: NonNullable<DevServerOptions["faults"]>,
  runLog: "all" | "off" = "all",
) {
  const server = createDevServer({ faults });
  const { url } = await server.listen();
  const manager = createDriverManager({
    drivers: drivers.map((name) =>
      createDriver({
        name,
        resources: ["workflow"],
        reconcile({ logger }) {
          for (let line = 1; line <= LINES; line++) logger.info(`line ${line}`);
        },
      })
    ),
    ...server.broker,
    concurrency: 8,
    console: false,
    handleSignals: false,
    runLog,
  });
  const running = manager.run();
  onTestFinished(async () => {
    await manager.stop();
    await running;
    await server.close();
  });
  await manager.ready;
  const client = createClient({ url });
  await ensureDefinitions(client, {
    definitions: [{ name: "workflow", schema: { type: "object" } }],
    pipelines: [{ name: "ship", resource: "workflow", steps: drivers }],
  });
  return client;
}

const expected = drivers.flatMap((driver) =>
  Array.from({ length: LINES }, (_, index) => `${driver}: line ${index + 1}`)
);

it.each([
  ["that stores late and drops live lines", { logLagMs: 1000, dropLiveLines: true }],
  ["that also mixes up streams", { logLagMs: 500, dropLiveLines: true, wrongRun: true }],
  ["that ends streams", { logLagMs: 200, endStreams: true }],
])(
  "sixteen runs, eight at once, on a server %s: all logs are whole and in order",
  async (_, faults) => {
    const client = await world(faults);
    let next = 0;
    const run = async () => {
      while (next < 16) {
        const lines: string[] = [];
        const resource = {
          name: `site${next++}`,
          resource: "workflow",
          pipeline: "ship",
          spec: {},
        };
        const { success, complete, incomplete } = await runResource(client, resource, {
          steps: drivers,
          onLog: ({ driver, message }) => void lines.push(`${driver}: ${message}`),
        });
        expect({ success, complete, incomplete }).toEqual({
          success: true,
          complete: true,
          incomplete: [],
        });
        expect(lines.filter((line) => !line.includes("[conveyor]"))).toEqual(expected);
      }
    };
    await Promise.all(Array.from({ length: 8 }, run));
  },
  120_000,
);

it("says which steps may lack entries where their logs have no end", async () => {
  const client = await world({ dropLiveLines: 1 }, "off");
  const outcome = await runResource(
    client,
    { name: "site", resource: "workflow", pipeline: "ship", spec: {} },
    { steps: drivers, windowMs: 0, onLog() {} },
  );
  expect(outcome).toMatchObject({ success: true, complete: false, incomplete: drivers });
});
