// The package as its users get it, under each runtime's own test runner: no vitest, no transformed code.
import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { test } from "node:test";
import {
  ConfigError,
  createClient,
  createDriver,
  createDriverManager,
  createLogger,
  NonRetryableError,
  NotFoundError,
} from "@conveyor/driver";
import { ensureDefinitions, runResource } from "@conveyor/driver/client";
import { memorySink } from "@conveyor/driver/logging";
import { createDevServer, type DevServer } from "@conveyor/driver/dev";
import { startNatsServer } from "../support/nats_server.ts";

const WORKFLOW = { name: "workflow", schema: { type: "object" } };
const SHIP = {
  name: "ship",
  resource: "workflow",
  steps: [{ name: "build", driver: "build" }, { name: "deploy", driver: "deploy" }],
};
const SITE = { name: "site", resource: "workflow", pipeline: "ship", spec: { region: "eu" } };

test("a driver that cannot run is refused at once, and the error names the field", () => {
  throws(
    () => createDriver({ name: "has space", resources: ["workflow"], reconcile() {} }),
    (error) => error instanceof ConfigError && error.field === "name" && error.code === "config",
  );
  throws(() => createDriverManager({ drivers: [] }), ConfigError);
});

test("a pipeline of two drivers runs from end to end, in memory", async () => {
  await using server = createDevServer();
  await runPipeline(server);
});

test("a pipeline of two drivers runs from end to end, over a real nats-server", async () => {
  await using nats = await startNatsServer();
  await using server = createDevServer({ servers: nats.url });
  await runPipeline(server);
});

async function runPipeline(server: DevServer): Promise<void> {
  const { url } = await server.listen();
  const build = createDriver({
    name: "build",
    resources: ["workflow"],
    reconcile({ logger, resource, event, attempt }) {
      logger.info(`building ${resource.name}`, { event });
      return { success: true, message: "built", data: { attempt } };
    },
  });
  const deploy = createDriver<{ region: string }>({
    name: "deploy",
    resources: ["workflow"],
    async reconcile({ logger, resource, results }) {
      logger.mask("t0p-s3cret");
      const writer = logger.writable().getWriter();
      await writer.write(`to ${resource.spec.region}\nwith t0p-s3cret`);
      await writer.close();
      return { success: true, message: "deployed", data: results["build"]?.data };
    },
  });
  await using manager = createDriverManager({
    drivers: [build, deploy],
    ...server.broker,
    console: false,
    handleSignals: false,
  });
  const running = manager.run();
  await manager.ready;

  const client = createClient({ url });
  await ensureDefinitions(client, { definitions: [WORKFLOW], pipelines: [SHIP] });
  const lines: string[] = [];
  const outcome = await runResource(client, SITE, {
    steps: ["build", "deploy"],
    onLog: ({ driver, message }) => void lines.push(`${driver}: ${message}`),
  });

  equal(outcome.success, true);
  deepEqual(outcome.results["deploy"]?.data, { attempt: 1 });
  deepEqual(lines.filter((line) => !line.includes("[conveyor]")), [
    "build: building site event=create",
    "deploy: to eu",
    "deploy: with ***",
  ]);
  equal(lines.filter((line) => /\[conveyor\] succeeded/.test(line)).length, 2);
  const metrics = await manager.handler(new Request("http://localhost/metrics"));
  equal(metrics.status, 200);
  await manager.stop();
  await running;
  equal(manager.state, "stopped");
}

test("a step that fails for good stops its pipeline", async () => {
  await using server = createDevServer();
  await server.start();
  const client = createClient({ url: "http://localhost", fetch: server.fetch });
  let deployed = false;
  const build = createDriver({
    name: "build",
    resources: ["workflow"],
    reconcile() {
      throw new NonRetryableError("the compiler is gone");
    },
  });
  const deploy = createDriver({
    name: "deploy",
    resources: ["workflow"],
    reconcile: () => void (deployed = true),
  });
  await using manager = createDriverManager({
    drivers: [build, deploy],
    ...server.broker,
    console: false,
    handleSignals: false,
  });
  const running = manager.run();
  await manager.ready;

  await ensureDefinitions(client, { definitions: [WORKFLOW], pipelines: [SHIP] });
  const { success, results } = await runResource(client, SITE, { steps: ["build", "deploy"] });

  equal(success, false);
  ok(results["build"]?.message.includes("the compiler is gone"));
  equal(deployed, false);
  await manager.stop();
  await running;
});

test("the client tells what the server does not have", async () => {
  await using server = createDevServer();
  const { url } = await server.listen();
  await rejects(createClient({ url }).getResource("absent", "workflow"), NotFoundError);
});

test("a logger works on its own", async () => {
  const sink = memorySink();
  const logger = createLogger({ driver: "alone", runId: "run-1", sinks: [sink] });
  logger.child({ step: "one" }).warn("careful");
  await logger.close();
  const [record] = sink.records;
  equal(record?.message, "careful");
  equal(record?.level, "warn");
  equal(record?.labels["step"], "one");
});
