import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "../../mod.ts";
import {
  ensureDefinitions,
  runResource,
  waitForDeletion,
  waitForRun,
} from "../../src/client/mod.ts";
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
const GIFT = { name: "gift", resource: "parcel", pipeline: "post" };
const PLACE = { name: "gift", resource: "parcel" };

describe("the life of a resource whose pipeline runs on Node, Deno and Bun", () => {
  let nats: NatsServer;
  let server: DevServer;
  let tap: WireTap;
  let client: Client;
  let programs: Program[];

  beforeAll(async () => {
    nats = await startNatsServer();
    server = createDevServer({ servers: nats.url, onNotice: () => {} });
    const { url } = await server.listen();
    tap = await tapWire(nats.url);
    // Where the API server is said in the environment, it is asked whether events are still wanted.
    const env = { NATS_URL: nats.url, CONVEYOR_SERVER_URL: url };
    programs = STEPS.map(([driver, runtime]) => {
      const { command, args } = commandFor(runtime, "tests/pipeline/step.ts");
      return startProgram(command, [...args, driver], { env });
    });
    await Promise.all(programs.map((program) => program.saw("ready")));
    client = createClient({ url });
    await ensureDefinitions(client, {
      definitions: [{ name: "parcel", schema: { type: "object", required: ["greeting"] } }],
      pipelines: [{ name: "post", resource: "parcel", steps: DRIVERS }],
    });
  });

  afterAll(async () => {
    await Promise.all((programs ?? []).map((program) => program[Symbol.asyncDispose]()));
    await tap?.[Symbol.asyncDispose]();
    await server?.close();
    await nats?.stop();
  });

  /** The steps that were sent out for a run, with their events, in order. */
  const stepsOf = async (runId: string) => {
    await tap.settled();
    return tap.on("drivers.").map(({ subject, text }) => ({ subject, message: JSON.parse(text) }))
      .filter(({ message }) => message.run_id === runId)
      .map(({ subject, message }) => `${subject.split(".")[1]} ${message.event}`);
  };
  const resultsOf = (runId: string) =>
    tap.on("pipelines.driver.result").map(({ text }) => JSON.parse(text))
      .filter(({ run_id }) => run_id === runId);

  it("is created by all three", async () => {
    const { runId, success } = await runResource(client, { ...GIFT, spec: { greeting: "hi" } }, {
      steps: DRIVERS,
    });
    expect(success).toBe(true);
    expect(await stepsOf(runId)).toEqual(["pack create", "stamp create", "ship create"]);
  });

  it("is updated by all three, and each result has the event of the run", async () => {
    const { runId } = await client.updateResource({ ...GIFT, spec: { greeting: "hello" } });
    const { success, results } = await waitForRun(client, { ...PLACE, runId, steps: DRIVERS });
    expect(success).toBe(true);
    expect(results["ship"]?.data).toEqual({ runtime: "bun", before: ["pack", "stamp"] });
    expect(await stepsOf(runId!)).toEqual(["pack update", "stamp update", "ship update"]);
    expect(resultsOf(runId!).map(({ event }) => event)).toEqual(["update", "update", "update"]);
  });

  it("is updated again while a step works: the step is told, and no step of its run follows", async () => {
    const held = await client.updateResource({ ...GIFT, spec: { greeting: "wait", hold: true } });
    await programs[0]!.saw("holding");
    const { runId } = await client.updateResource({ ...GIFT, spec: { greeting: "now" } });
    const { success } = await waitForRun(client, { ...PLACE, runId, steps: DRIVERS });
    expect(success).toBe(true);
    expect(programs[0]!.output).toContain("told to stop: superseded");
    expect(await stepsOf(held.runId!)).toEqual(["pack update"]);
    expect(resultsOf(held.runId!)).toEqual([]);
    const log = await client.listLogs({ runId: held.runId! });
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        `superseded: run ${runId} has taken the place of this one; pack publishes no result`,
      ),
    );
  });

  it("is not deleted while a step refuses, and is when the deletion is started again", async () => {
    const { state, runId: first } = await client.deleteResource("gift", "parcel");
    expect(state).toBe("deleting");
    await expect(waitForDeletion(client, { ...PLACE, runId: first })).rejects.toMatchObject({
      code: "deletion-failed",
      message: expect.stringContaining("the stamp is stuck"),
    });
    expect(await stepsOf(first!)).toEqual(["pack delete", "stamp delete"]);

    const { runId: second } = await client.deleteResource("gift", "parcel");
    await waitForDeletion(client, { ...PLACE, runId: second });
    expect(await stepsOf(second!)).toEqual(["pack delete", "stamp delete", "ship delete"]);
    expect(resultsOf(second!).map(({ driverresult }) => driverresult.success))
      .toEqual([true, true, true]);
    const log = await client.listLogs({ runId: second!, driver: "ship" });
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("the ship is at sea"),
    );
    await expect(client.getResource("gift", "parcel")).rejects.toMatchObject({ code: "not-found" });
  });

  it("ends each process with code 0 on SIGTERM", async () => {
    for (const program of programs) program.kill("SIGTERM");
    expect(await Promise.all(programs.map(({ exit }) => exit))).toEqual([0, 0, 0]);
  });
});
