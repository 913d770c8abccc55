import { createDriver, createDriverManager } from "@conveyor/driver";
import { memorySink } from "@conveyor/driver/logging";
import { describe, expect, it, onTestFinished } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("several drivers in one manager on %s", (kind) => {
  it("share one connection, and each gets every event of its resource types", async () => {
    const world = await openWorld(kind);
    const ran = new Collector<string>();
    let connects = 0;
    const named = (name: string, resources: string[]) =>
      createDriver({
        name,
        resources,
        reconcile: ({ driverName, resource }) => ran.add(`${driverName} ${resource.resource}`),
      });
    const manager = createDriverManager({
      drivers: [named("build", ["workflow"]), named("audit", ["workflow", "release"])],
      transport: {
        connect() {
          connects++;
          return world.broker.connect();
        },
      },
      sinks: [],
      console: false,
      handleSignals: false,
    });
    const running = manager.run();
    onTestFinished(async () => {
      await manager.stop();
      await running;
    });
    await manager.ready;
    await world.send();
    await world.send({ type: "release" });
    await world.results.first(3);
    expect([...ran.items].sort()).toEqual(["audit release", "audit workflow", "build workflow"]);
    expect(connects).toBe(1);
    expect(Object.keys(manager.stats().drivers)).toEqual(["build", "audit"]);
  });

  it("a pipeline's step reads the results of the steps before it", async () => {
    const world = await openWorld(kind);
    const read = new Collector<unknown>();
    await world.start({ reconcile: ({ results }) => read.add(results) });
    await world.send({
      subject: "drivers.deploy.resources.workflow",
      event: "process",
      metadata: {
        version: "1",
        "driverresults.build": JSON.stringify({
          success: true,
          message: "built",
          data: { image: "site:1" },
          driver: "build",
        }),
        "driverresults.odd": "no result",
      },
    });
    expect((await read.first(1))[0]).toEqual({
      build: { success: true, message: "built", data: { image: "site:1" } },
    });
  });

  it("a run's lines carry its ids, and its secrets are in no line and no result", async () => {
    const world = await openWorld(kind);
    const sink = memorySink();
    await world.start({
      reconcile({ logger }) {
        logger.mask("hunter2hunter2");
        logger.info("the password is hunter2hunter2");
        return {
          success: false,
          message: "hunter2hunter2 was refused",
          data: { hunter2hunter2: 1 },
        };
      },
    }, { sinks: [sink], secrets: ["s3cr3t-of-the-manager"] });
    const runId = await world.send({ pipeline: "delivery" });
    const [result] = await world.results.first(1);
    expect(JSON.stringify(result)).not.toContain("hunter2");
    expect(sink.records[0]).toMatchObject({
      driver: "deploy",
      runId,
      pipeline: "delivery",
      event: "create",
      message: "the password is ***",
    });
  });

  it("the connection's secrets are in no line and no result, and lines are counted", async () => {
    const world = await openWorld("memory");
    const sink = memorySink();
    const manager = await world.start({
      reconcile({ logger }) {
        logger.info("connecting with t0ken-of-nats and p4ssword-of-url");
        return { success: false, message: "t0ken-of-nats", data: "p4ssword-of-url" };
      },
    }, {
      sinks: [sink],
      auth: { token: "t0ken-of-nats" },
      servers: "nats://user:p4ssword-of-url@localhost",
    });
    await world.send();
    const [result] = await world.results.first(1);
    await manager.stop();
    expect(result?.driverresult).toMatchObject({ message: "***", data: "***" });
    expect(sink.records[0]?.message).toBe("connecting with *** and ***");
    expect(Object.values(manager.stats().sinks)).toMatchObject([{ stored: 1, dropped: 0 }]);
    const metrics = await manager.handler(new Request("http://localhost/metrics"));
    expect(await metrics.text()).toMatch(
      /conveyor_driver_log_lines_total\{sink="\w+",outcome="stored"\} 1/,
    );
  });

  it("an attempt that throws leaves its error in the run's log", async () => {
    const world = await openWorld(kind);
    const sink = memorySink();
    await world.start({
      maxAttempts: 1,
      reconcile: () => Promise.reject(new Error("no such cluster")),
    }, { sinks: [sink] });
    await world.send();
    await world.results.first(1);
    expect(sink.records.map(({ message }) => message).join("\n")).toContain("no such cluster");
    expect(sink.records[0]?.level).toBe("error");
  });
});

it("many drivers with long names share a connection, whose name is bounded", async () => {
  const world = await openWorld("nats-server");
  const drivers = Array.from({ length: 40 }, (_, index) =>
    createDriver({
      name: `${"kubernetes-deployment-rollout-".repeat(5)}${index}`,
      resources: [`type${index}`],
      reconcile() {},
    }));
  const manager = world.manager({}, { driver: undefined, drivers } as object);
  const running = manager.run();
  await Promise.race([manager.ready, running]);
  expect(manager.state).toBe("running");
});
