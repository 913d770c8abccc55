import { expect, onTestFinished, test } from "vitest";
import type { DevServerOptions } from "@conveyor/driver/dev";
import type { Resource } from "../../../src/protocol/resources/resource.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { type Received, type WireDriver, wireDriver } from "../../support/wire_driver.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

const STEPS = [
  { id: "s1", name: "first", driver: "build" },
  { id: "s2", name: "second", driver: "check" },
  { id: "s3", name: "third", driver: "build" },
];
const PATH = "/resources/workflow/build";
const DONE = { success: true, message: "done" };

/** Defines the tests of the engine after release 0.6, for any broker. */
export function pipelineEngineV3Cases(options: () => Promise<DevServerOptions>): void {
  async function pipeline(steps = STEPS) {
    const started = await startedServer(await options());
    const { server, call } = started;
    const connection = await connectBroker(server.broker, server.broker.transport);
    await call("POST", "/resource-definitions/", WORKFLOW);
    await call("POST", "/pipelines/", { name: "ship", resource: "workflow", steps });
    const names = ["build", "check"];
    const [build, check] = await Promise.all(
      names.map((name) => wireDriver(connection, name, ["workflow"])),
    ) as [WireDriver, WireDriver];
    onTestFinished(async () => {
      for (const name of names) await connection.deleteConsumer("messages", name);
      await connection.close();
    });
    const create = async () => {
      const { body } = await call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
      return (body as { runid: string }).runid;
    };
    const metadata = async () => ((await call("GET", PATH)).body as Resource).metadata;
    const notices = () => expect.poll(() => started.notices, { timeout: 10_000 });
    return { ...started, connection, build, check, create, metadata, notices };
  }

  test("every step has the run's event, its own place, and the results of this run as objects", async () => {
    const { build, check, create, metadata } = await pipeline();
    const runId = await create();
    const first = await build.next();
    const run = { current_pipeline_event: "create", current_pipeline_run: runId, version: "1" };
    expect(first).toMatchObject({ event: "create", runId });
    expect(first.resource.metadata).toEqual({
      ...run,
      current_pipeline_step: "s1",
      driverresults: {},
    });
    await build.report(first, { ...DONE, data: [1] });
    const second = await check.next();
    const kept = { build: { ...DONE, data: [1], driver: "build" } };
    expect(second).toMatchObject({ event: "create", runId });
    expect(second.resource.metadata).toEqual({
      ...run,
      current_pipeline_step: "s2",
      driverresults: kept,
    });
    await check.report(second, DONE);
    const third = await build.next();
    expect(third.resource.metadata["current_pipeline_step"]).toBe("s3");
    await build.report(third, { ...DONE, message: "again" });
    await expect.poll(async () => (await metadata())["driverresults"]).toMatchObject({
      build: { message: "again" },
      check: DONE,
    });
  });

  test("an update takes the place of the run before: its result is ignored, and results start anew", async () => {
    const { build, check, create, call, notices } = await pipeline();
    await create();
    const old = await build.next();
    const update = await call("PUT", PATH, { ...BUILD, pipeline: "ship" });
    const next = await build.next();
    expect(next).toMatchObject({
      event: "update",
      runId: (update.body as { runid: string }).runid,
    });
    await build.report(old, DONE);
    await notices().toContainEqual(expect.stringContaining(`run ${old.runId} is not the current`));
    expect(next.resource.metadata["driverresults"]).toEqual({});
    await build.report(next, DONE);
    expect(await check.next()).toMatchObject({ event: "update", runId: next.runId });
  });

  test("results of a step that is past, of a driver that is not asked, and without a current resource are ignored", async () => {
    const { build, check, create, notices } = await pipeline();
    await create();
    const first = await build.next();
    await build.report(first, DONE);
    const second = await check.next();
    await build.report(first, { ...DONE, message: "late" });
    await notices().toContainEqual(expect.stringContaining("step s1 is not the current one"));
    await build.report(second, { ...DONE, message: "not asked" });
    await notices().toContainEqual(expect.stringContaining("step s2 is not a step of that driver"));
    await check.report(second, DONE);
    expect((await build.next()).resource.metadata["driverresults"]).toMatchObject({
      build: { message: "done" },
    });
  });

  test("after a failure, a later success of the same step lets the run go on", async () => {
    const { build, check, create, metadata } = await pipeline();
    await create();
    const first = await build.next();
    await build.report(first, { success: false, message: "it broke" });
    await expect.poll(async () => (await metadata())["driverresults"]).toMatchObject({
      build: { success: false },
    });
    await build.report(first, DONE);
    expect((await check.next()).runId).toBe(first.runId);
  });

  test("a result under the event of older drivers counts for the current run", async () => {
    const { build, check, create } = await pipeline();
    await create();
    const first = await build.next();
    await build.report({ ...first, event: "driver.result" }, DONE);
    expect((await check.next()).event).toBe("create");
  });

  test("a deletion goes through all steps, then the resource and its versions are gone", async () => {
    const { build, check, create, call } = await pipeline();
    await create();
    const running = await build.next();
    const deletion = await call("DELETE", PATH);
    const { runid } = deletion.body as { runid: string };
    const steps: Received[] = [];
    for (const driver of [build, check, build]) {
      const step = await driver.next();
      steps.push(step);
      if (driver === check) await build.report(running, DONE); // Of the run before: ignored.
      await driver.report(step, DONE);
    }
    expect(steps.map(({ event, runId }) => [event, runId])).toEqual(
      [1, 2, 3].map(() => ["delete", runid]),
    );
    await expect.poll(async () => (await call("GET", PATH)).status).toBe(404);
    expect((await call("GET", `${PATH}/1`)).status).toBe(500);
  });

  test.each([
    ["is a failure", { success: false, message: "no" }],
    ["has data that is text", { ...DONE, data: "gone" }],
    ["has data that is a list", { ...DONE, data: [] }],
    ["has data that says otherwise", { ...DONE, data: { success: false } }],
    ["has data that says otherwise in another case", { ...DONE, data: { Success: "yes" } }],
  ])(
    "a deletion fails when a step's result %s; another one starts from the first step",
    async (_, result) => {
      const { build, check, create, call, metadata } = await pipeline();
      await create();
      await build.next();
      await call("DELETE", PATH);
      const stage = await build.next();
      await build.report(stage, result);
      await expect.poll(metadata).toMatchObject({ deleting: true, deletion_failed: true });
      expect((await call("DELETE", PATH)).status).toBe(202);
      const again = await build.next();
      expect(again.runId).not.toBe(stage.runId);
      expect(again.resource.metadata).not.toHaveProperty("deletion_failed");
      await build.report(again, { ...DONE, data: { success: null, removed: 1 } });
      expect((await check.next()).runId).toBe(again.runId);
    },
  );

  test("a step whose message would be too large is not moved to; a deletion fails with it", async () => {
    const { build, create, call, metadata, notices } = await pipeline();
    await create();
    const data = { big: `"`.repeat(300_000) }; // Escaped once in the result, twice in a message.
    const first = await build.next();
    await call("DELETE", PATH);
    const stage = await build.next();
    expect(stage.runId).not.toBe(first.runId);
    await build.report(stage, { ...DONE, data });
    await notices().toContainEqual(expect.stringContaining("cannot start step s2 of run"));
    await expect.poll(metadata).toMatchObject({
      current_pipeline_step: "s1",
      deletion_failed: true,
    });
  });

  test("a pipeline without steps and a pipeline that is gone are said", async () => {
    const { create, call, notices } = await pipeline([]);
    const runId = await create();
    await notices().toContainEqual(expect.stringContaining(`run ${runId} ends at once`));
    expect((await call("GET", PATH)).status).toBe(200);
  });

  test("a resource that was created again under its name does not take the old one's results", async () => {
    const { build, create, call, notices } = await pipeline();
    await create();
    const old = await build.next();
    await call("PUT", PATH, BUILD); // Out of the pipeline: it is deleted at once.
    await call("DELETE", PATH);
    await create();
    await build.report(old, DONE);
    await notices().toContainEqual(expect.stringContaining("was created again meanwhile"));
  });
}
