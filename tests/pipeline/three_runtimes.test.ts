import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../mod.ts";
import { ensureDefinitions, runResource } from "../../src/client/mod.ts";
import { parseEndOfLog } from "../../src/protocol/logs/end_of_log.ts";
import { createDevServer, type DevServer } from "../../src/dev/mod.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { commandFor, type Program, type Runtime, startProgram } from "../support/program.ts";
import { tapWire, type WireTap } from "./wire_tap.ts";

/** The pipeline's steps, in order: a process on a runtime of its own for each. */
const STEPS: readonly [driver: string, runtime: Runtime][] = [
  ["pack", "node"],
  ["stamp", "deno"],
  ["ship", "bun"],
];
const DRIVERS = STEPS.map(([driver]) => driver);
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

describe("a pipeline whose steps run on Node, Deno and Bun, over one nats-server", () => {
  let nats: NatsServer;
  let server: DevServer;
  let tap: WireTap;
  let programs: Program[];
  let run: Awaited<ReturnType<typeof runResource>>;
  const lines: string[] = [];

  beforeAll(async () => {
    nats = await startNatsServer();
    server = createDevServer({ servers: nats.url });
    const { url } = await server.listen();
    tap = await tapWire(nats.url);
    programs = STEPS.map(([driver, runtime]) => {
      const { command, args } = commandFor(runtime, "tests/pipeline/step.ts");
      return startProgram(command, [...args, driver], { env: { NATS_URL: nats.url } });
    });
    await Promise.all(programs.map((program) => program.saw("ready")));

    const client = createClient({ url });
    await ensureDefinitions(client, {
      definitions: [{ name: "parcel", schema: { type: "object", required: ["greeting"] } }],
      pipelines: [{ name: "post", resource: "parcel", steps: DRIVERS }],
    });
    run = await runResource(client, {
      name: "gift",
      resource: "parcel",
      pipeline: "post",
      spec: { greeting: "grüße" },
    }, {
      steps: DRIVERS,
      onLog: ({ driver, message }) => void lines.push(`${driver}: ${message}`),
    });
    await tap.settled();
  });

  afterAll(async () => {
    await Promise.all((programs ?? []).map((program) => program[Symbol.asyncDispose]()));
    await tap?.[Symbol.asyncDispose]();
    await server?.close();
    await nats?.stop();
  });

  it("goes through all three, each on its own runtime, with the results of those before", () => {
    expect(run.success).toBe(true);
    expect(run.results).toEqual({
      pack: { success: true, message: "pack is done", data: { runtime: "node", before: [] } },
      stamp: {
        success: true,
        message: "stamp is done",
        data: { runtime: "deno", before: ["pack"] },
      },
      ship: {
        success: true,
        message: "ship is done",
        data: { runtime: "bun", before: ["pack", "stamp"] },
      },
    });
  });

  it("publishes each result once, byte for byte as the protocol writes it", () => {
    const payloads = DRIVERS.map((driver) => payloadOf(tap, driver));
    expect(tap.on("pipelines.driver.result").map(({ text }) => text)).toEqual([
      resultText(run.runId, payloads[0], "pack", `{"runtime":"node","before":[]}`),
      resultText(run.runId, payloads[1], "stamp", `{"runtime":"deno","before":["pack"]}`),
      resultText(run.runId, payloads[2], "ship", `{"runtime":"bun","before":["pack","stamp"]}`),
    ]);
  });

  it("stores each log line once, byte for byte as the protocol writes it", () => {
    const stored = tap.on(`logs.${run.runId}`).map(({ text }) => text)
      .filter((text) => !text.includes('"conveyor":"run"'));
    const expected = [
      ["pack", "pack on node got create"],
      ["pack", "after nobody: grüße ✓"],
      ["stamp", "stamp on deno got create"],
      ["stamp", "after pack: grüße ✓"],
      ["ship", "ship on bun got create"],
      ["ship", "after pack and stamp: grüße ✓"],
    ] as const;
    const timestamps = stored.map((text) => JSON.parse(text).timestamp as string);
    expect(stored).toEqual(
      expected.map(([driver, message], index) =>
        `{"runid":"${run.runId}","driver":"${driver}","pipeline":"post",` +
        `"timestamp":"${timestamps[index]}","message":"${message}"}`
      ),
    );
    for (const timestamp of timestamps) expect(timestamp).toMatch(TIMESTAMP);
  });

  it("ends the log of each step with the number of its entries", () => {
    const ends = tap.on(`logs.${run.runId}`).map(({ text }) => JSON.parse(text))
      .flatMap(({ driver, message }) => {
        const end = parseEndOfLog(message);
        return end ? [[driver, end.outcome, end.message, end.entries]] : [];
      });
    expect(ends).toEqual(
      DRIVERS.map((driver) => [driver, "succeeded", `${driver} is done`, 4]),
    );
  });

  it("shows the same bytes live, on each driver's own subject", () => {
    const stored = tap.on(`logs.${run.runId}`).map(({ text }) => text);
    const live = DRIVERS.flatMap((driver) => tap.on(`live.logs.${run.runId}.${driver}`));
    expect(live.map(({ text }) => text)).toEqual(stored);
  });

  it("streams the log of all three to those who follow the run, in order", () => {
    expect(lines).toEqual(
      tap.on(`logs.${run.runId}`).map(({ text }) => JSON.parse(text))
        .map(({ driver, message }) => `${driver}: ${message}`),
    );
  });

  it("ends each process with code 0 on SIGTERM", async () => {
    for (const program of programs) program.kill("SIGTERM");
    const codes = await Promise.all(programs.map(({ exit }) => exit));
    expect(codes).toEqual([0, 0, 0]);
    expect(programs.map(({ output }) => output.includes("stopped"))).toEqual([true, true, true]);
  });
});

/** The resource as the text that the server sent to a step. */
function payloadOf(tap: WireTap, driver: string): string {
  const [message] = tap.on(`drivers.${driver}.resources.parcel`);
  if (!message) throw new Error(`nothing was sent to ${driver}`);
  return JSON.parse(message.text).payload;
}

function resultText(
  runId: string,
  payload: string | undefined,
  driver: string,
  data: string,
): string {
  return `{"event":"create","run_id":"${runId}","resource":${payload},` +
    `"driverresult":{"success":true,"message":"${driver} is done","data":${data},"driver":"${driver}"}}`;
}
