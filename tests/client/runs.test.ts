import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  ConfigError,
  createClient,
  createDriver,
  createDriverManager,
  type DriverManager,
  NonRetryableError,
  NotFoundError,
  ValidationError,
} from "@conveyor/driver";
import {
  createOrUpdateResource,
  ensureDefinitions,
  runResource,
  waitForRun,
} from "@conveyor/driver/client";
import { createDevServer, type DevServer } from "@conveyor/driver/dev";
import { rejection } from "./support.ts";

let server: DevServer;
let manager: DriverManager;
let running: Promise<void>;
let client: Client;

const definitions = [{
  name: "workflow",
  schema: { type: "object", properties: { fail: { type: "boolean" } } },
}];
const pipelines = [{ name: "ship", resource: "workflow", steps: ["build", "deploy"] }];
const steps = ["build", "deploy"];

let count = 0;
const site = (spec: { fail?: boolean } = {}) => ({
  name: `site${++count}`,
  resource: "workflow",
  pipeline: "ship",
  spec,
});

beforeAll(async () => {
  server = createDevServer();
  const { url } = await server.listen();
  const build = createDriver({
    name: "build",
    resources: ["workflow"],
    reconcile({ logger }) {
      for (let line = 1; line <= 50; line++) logger.info(`building ${line}`);
      return { success: true, message: "built", data: { size: 42 } };
    },
  });
  const deploy = createDriver<{ fail?: boolean }>({
    name: "deploy",
    resources: ["workflow"],
    reconcile({ logger, resource }) {
      logger.info("deploying");
      if (resource.spec.fail) throw new NonRetryableError("no room");
    },
  });
  manager = createDriverManager({
    drivers: [build, deploy],
    ...server.broker,
    console: false,
    handleSignals: false,
  });
  running = manager.run();
  await manager.ready;
  client = createClient({ url });
  await ensureDefinitions(client, { definitions, pipelines });
});

afterAll(async () => {
  await manager.stop();
  await running;
  await server.close();
});

describe("running a resource", () => {
  it("hands over its whole log, in order, and tells what it came to", async () => {
    const lines: string[] = [];
    const outcome = await runResource(client, site(), {
      steps,
      onLog: ({ driver, message }) => void lines.push(`${driver}: ${message}`),
    });
    expect(outcome).toMatchObject({
      success: true,
      failedDriver: undefined,
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      version: "1",
      results: {
        build: { success: true, message: "built", data: { size: 42 } },
        deploy: { success: true },
      },
    });
    const expected = Array.from({ length: 50 }, (_, index) => `build: building ${index + 1}`);
    expect(lines.filter((line) => /^(build: building|deploy: deploying)/.test(line))).toEqual(
      [...expected, "deploy: deploying"],
    );
  });

  it("tells of a run that failed, and of the driver that did", async () => {
    const { success, failedDriver, results } = await runResource(client, site({ fail: true }), {
      steps,
    });
    expect({ success, failedDriver }).toEqual({ success: false, failedDriver: "deploy" });
    expect(results["deploy"]?.message).toContain("no room");
  });

  it("ends with its signal, and with the error of onLog", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const stopped = runResource(client, site(), {
      steps,
      signal: controller.signal,
      onLog: () => controller.abort(reason),
    });
    expect(await rejection(stopped)).toBe(reason);
    const fault = new Error("cannot show it");
    const broken = runResource(client, site(), {
      steps,
      onLog: () => {
        throw fault;
      },
    });
    expect(await rejection(broken)).toBe(fault);
  });

  it("is refused before anything is created when its end could not be told", async () => {
    const resource = site();
    const error = await rejection(runResource(client, resource));
    expect(error).toMatchObject({ name: "ConfigError", field: "steps" });
    expect(String(error)).toMatch(/the server does not return its steps; pass them as steps/);
    const { pipeline: _, ...alone } = resource;
    expect(await rejection(runResource(client, alone, { steps }))).toMatchObject({
      field: "pipeline",
    });
    expect(await rejection(client.getResource(resource.name, "workflow"))).toBeInstanceOf(
      NotFoundError,
    );
  });
});

describe("waiting for a run", () => {
  it("takes results that are there already, and steps as a pipeline has them", async () => {
    const { name } = await runResource(client, site(), { steps });
    const outcome = await waitForRun(client, {
      name,
      resource: "workflow",
      steps: [{ driver: "build" }, { id: "2", name: "out", driver: "deploy" }],
    });
    expect(outcome.success).toBe(true);
    expect(outcome.resource.metadata["version"]).toBe("1");
  });

  it("ends when its time is up", async () => {
    const { name } = await runResource(client, site(), { steps });
    const never = waitForRun(client, {
      name,
      resource: "workflow",
      steps: ["absent"],
      timeoutMs: 50,
    });
    expect(await rejection(never)).toMatchObject({ name: "TimeoutError" });
  });

  it("asks the server for the steps where it tells them", async () => {
    const { name } = await runResource(client, site(), { steps });
    const pipeline = await client.createPipeline({ ...pipelines[0]!, steps });
    const telling = { ...client, getPipeline: () => Promise.resolve(pipeline) };
    expect((await waitForRun(telling, { name, resource: "workflow" })).success).toBe(true);
  });

  it("is refused for a resource that is not there", async () => {
    const error = await rejection(
      waitForRun(client, { name: "none", resource: "workflow", steps }),
    );
    expect(error).toBeInstanceOf(NotFoundError);
  });
});

describe("creating or updating", () => {
  it("creates the first time, which starts a run, and updates the second time, which does not", async () => {
    const resource = site();
    const first = await createOrUpdateResource(client, resource);
    expect(first.run?.runId).toBeTypeOf("string");
    await waitForRun(client, { name: resource.name, resource: "workflow", steps });
    const second = await createOrUpdateResource(client, { ...resource, spec: { fail: true } });
    expect(second.run).toBeUndefined();
    expect(second.resource).toMatchObject({ spec: { fail: true }, metadata: { version: "2" } });
  });

  it("does not hide what the server finds wrong", async () => {
    const wrong = createOrUpdateResource(client, { ...site(), spec: { fail: "yes" } });
    expect(await rejection(wrong)).toBeInstanceOf(ValidationError);
  });

  it("of definitions and pipelines may be repeated", async () => {
    await ensureDefinitions(client, { definitions, pipelines });
    expect(await client.getResourceDefinition("workflow")).toMatchObject(definitions[0]!);
    const unknown = ensureDefinitions(client, {
      pipelines: [{ ...pipelines[0]!, resource: "none" }],
    });
    expect(await rejection(unknown)).toBeInstanceOf(NotFoundError);
    await ensureDefinitions(client, {});
  });
});

it("settings that cannot be are told as such", async () => {
  const error = await rejection(runResource(client, site(), { steps, timeoutMs: -1 }));
  expect(error).toBeInstanceOf(ConfigError);
});
