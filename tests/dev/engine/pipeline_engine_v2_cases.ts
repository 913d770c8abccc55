import { expect, onTestFinished, test } from "vitest";
import type { DevServerOptions } from "@conveyor/driver/dev";
import { encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { wireDriver } from "../../support/wire_driver.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

const STEPS = [
  { id: "1", name: "first", driver: "build" },
  { id: "2", name: "second", driver: "check" },
  { id: "3", name: "third", driver: "deploy" },
];

/** Defines the tests of the engine, for any broker. */
export function pipelineEngineV2Cases(options: () => Promise<DevServerOptions>): void {
  async function pipeline(steps = STEPS) {
    const started = await startedServer(await options());
    const { server, call } = started;
    const connection = await connectBroker(server.broker, server.broker.transport);
    await call("POST", "/resource-definitions/", WORKFLOW);
    await call("POST", "/pipelines/", { name: "ship", resource: "workflow", steps });
    const names = [...new Set(steps.map(({ driver }) => driver))];
    const drivers = await Promise.all(
      names.map((name) => wireDriver(connection, name, ["workflow"])),
    );
    onTestFinished(async () => {
      for (const name of names) await connection.deleteConsumer("messages", name);
      await connection.close();
    });
    const start = async (name = "build") => {
      const { body } = await call("POST", "/resources/", { ...BUILD, name, pipeline: "ship" });
      return (body as { runid: string }).runid;
    };
    return { ...started, connection, drivers, start };
  }

  test("a resource passes through all steps under one run id, with the results so far in its metadata", async () => {
    const { call, drivers, start } = await pipeline();
    const runId = await start();
    const payloads = [];
    for (const [index, driver] of drivers.entries()) {
      const event = await driver.next();
      const name = STEPS[index]!.driver;
      expect(event.subject).toBe(`drivers.${name}.resources.workflow`);
      expect(event.event).toBe(index === 0 ? "create" : "process");
      expect(event.runId).toBe(runId);
      payloads.push(JSON.parse(event.payload));
      await driver.report(event, { success: true, message: `${name} done`, data: { index } });
    }
    const result = (index: number) =>
      JSON.stringify({
        success: true,
        message: `${STEPS[index]!.driver} done`,
        data: { index },
        driver: STEPS[index]!.driver,
      });
    expect(payloads.map(({ metadata }) => metadata)).toEqual([
      { version: "1" },
      { version: "1", "driverresults.build": result(0) },
      { version: "1", "driverresults.build": result(0), "driverresults.check": result(1) },
    ]);
    await expect.poll(async () => (await call("GET", "/resources/workflow/build")).body)
      .toMatchObject({
        metadata: { version: "1", "driverresults.deploy": result(2) },
      });
    expect((await call("GET", "/resources/workflow/build/1")).body).toMatchObject({
      metadata: { version: "1" },
    });
    expect((await call("GET", "/resources/workflow/build/2")).status).toBe(500);
  });

  test("a failed step stops the run, and its result is stored", async () => {
    const { call, drivers: [build, check], start } = await pipeline();
    await start("one");
    await start("two");
    const event = await build!.next();
    await build!.report(event, { success: false, message: "it broke" });
    await build!.report(await build!.next(), { success: true, message: "fine" });
    const next = await check!.next();
    expect(next.resource.name).toBe("two");
    expect(check!.waiting).toBe(0);
    const { body } = await call("GET", `/resources/workflow/${event.resource.name}`);
    expect(JSON.parse((body as WithMetadata).metadata["driverresults.build"]!)).toEqual({
      success: false,
      message: "it broke",
      data: null,
      driver: "build",
    });
  });

  test("a result of a resource without a pipeline starts nothing and is not stored", async () => {
    const { call, drivers: [build, check], start } = await pipeline();
    await call("POST", "/resources/", { ...BUILD, name: "alone" });
    expect((await check!.next()).subject).toBe("resources.workflow");
    await build!.report(await build!.next(), { success: true, message: "done" });
    await start("piped");
    await build!.report(await build!.next(), { success: true, message: "done" });
    expect((await check!.next()).resource.name).toBe("piped");
    const { body } = await call("GET", "/resources/workflow/alone");
    expect((body as WithMetadata).metadata).toEqual({ version: "1" });
  });

  test("a driver with two steps starts the step after its first one twice", async () => {
    const twice = [STEPS[0]!, STEPS[1]!, { id: "3", name: "again", driver: "build" }];
    const { drivers: [build, check], start } = await pipeline(twice);
    await start();
    await build!.report(await build!.next(), { success: true, message: "first" });
    await check!.report(await check!.next(), { success: true, message: "second" });
    await build!.report(await build!.next(), { success: true, message: "again" });
    expect((await check!.next()).resource.metadata["driverresults.build"]).toContain("again");
  });

  test("a result published twice starts the next step twice", async () => {
    const { drivers: [build, check], start } = await pipeline();
    await start();
    const event = await build!.next();
    await build!.report(event, { success: true, message: "done" });
    await build!.report(event, { success: true, message: "done" });
    expect((await check!.next()).runId).toBe(event.runId);
    expect((await check!.next()).runId).toBe(event.runId);
  });

  test("a pipeline without steps publishes nothing", async () => {
    const { drivers: [build], start, call } = await pipeline();
    await call("POST", "/pipelines/", { name: "ship", resource: "workflow", steps: [] });
    await start("nowhere");
    await call("POST", "/resources/", { ...BUILD, name: "after" });
    expect((await build!.next()).resource.name).toBe("after");
  });

  test("unusable results are reported, and the engine continues", async () => {
    const { connection, notices, drivers: [build, check], start, call } = await pipeline();
    await connection.publishConfirmed("pipelines.driver.result", encodeText("no json"));
    await connection.publishConfirmed("pipelines.driver.result", encodeText("{}"));
    await start("gone");
    const gone = await build!.next();
    await call("DELETE", "/resources/workflow/gone");
    await build!.report(gone, { success: true, message: "too late" });
    await start("fine");
    await build!.report(await build!.next(), { success: true, message: "done" });
    expect((await check!.next()).resource.name).toBe("fine");
    expect(notices).toEqual([
      expect.stringMatching(/^cannot decode result \d+: the event is not JSON$/),
      expect.stringMatching(/^cannot decode result \d+: the event has no "resource"$/),
      expect.stringContaining("gone of type workflow not found"),
    ]);
  });

  test("logs published by a driver are stored with the five fields of the server", async () => {
    const { connection, call } = await pipeline();
    const entry = {
      runid: "r1",
      driver: "build",
      pipeline: "ship",
      timestamp: "1",
      message: "hello",
    };
    const data = encodeText(JSON.stringify({ ...entry, labels: { level: "info" } }));
    await connection.publishConfirmed("logs.r1", data);
    await expect.poll(async () => (await call("GET", "/logs?runid=r1")).body).toEqual([entry]);
  });

  test("a deleted stream is created again, and the engine continues", async () => {
    const { connection, drivers: [build, check], start, notices } = await pipeline();
    await connection.deleteStream("pipeline-engine");
    await expect.poll(() => connection.consumerInfo("pipeline-engine", "pipeline-engine"), {
      timeout: 20_000,
    }).toBeDefined();
    await start();
    await build!.report(await build!.next(), { success: true, message: "done" });
    expect((await check!.next()).event).toBe("process");
    expect(notices).not.toEqual([]);
  });
}

interface WithMetadata {
  metadata: Record<string, string>;
}
