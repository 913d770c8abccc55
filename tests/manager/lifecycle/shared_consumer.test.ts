import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { describe, expect, it, onTestFinished } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V1_STREAMS, V2_STREAMS, type World } from "../support/world.ts";
import { until } from "../../transport/support/world.ts";

describe.each(BROKERS)("a consumer that two releases share, on %s", (kind) => {
  it("delivers what either needs while instances of both are alive", async () => {
    const world = await openWorld(kind);
    const ran = new Collector<string>();
    const fresh = { resources: ["workflow", "extra"] as const };
    const newer = await world.start({
      ...fresh,
      reconcile: ({ resource }) => ran.add(resource.resource),
    });
    const older = await world.start({ resources: ["workflow"] });
    expect(await filtersOf(world)).toContain("resources.extra");
    expect(world.events.items).toContainEqual(
      expect.objectContaining({ code: "consumer-filters", driver: "deploy" }),
    );
    const runId = await world.send({ type: "extra" });
    await world.results.until((results) => results.some(({ run_id }) => run_id === runId));
    expect(ran.items).toEqual(["extra"]);
    await Promise.all([newer.stop(), older.stop()]);
  });

  it("delivers only what the one release needs whose instances are alive", async () => {
    const world = await openWorld(kind);
    await (await world.start({ resources: ["workflow", "extra"] })).stop();
    await world.start({ resources: ["workflow"] });
    expect(await filtersOf(world)).toEqual([
      "resources.workflow",
      "drivers.deploy.resources.workflow",
    ]);
  });
});

describe("a consumer that somebody has changed, on nats-server", () => {
  it("is freed of limits that keep events from the driver", async () => {
    const world = await openWorld("nats-server");
    const { consumers } = await manageStreams(world);
    const ran = new Collector<string>();
    await world.start({ reconcile: ({ runId }) => ran.add(runId) });
    await consumers.update("messages", "deploy", { max_expires: 1e9 });
    const runId = await world.send();
    await ran.until((runs) => runs.includes(runId));
    await until(
      async () => (await consumers.info("messages", "deploy")).config,
      (config) => !config.max_expires,
    );
    await world.events.find((event) =>
      event.type === "warning" && event.code === "consumer-restricted"
    );
  });

  it("gets the filters back that it needs when it is bound again", async () => {
    const world = await openWorld("nats-server");
    const { consumers } = await manageStreams(world);
    const ran = new Collector<string>();
    await world.start({
      resources: ["workflow", "extra"],
      reconcile: ({ runId }) => ran.add(runId),
    });
    await consumers.update("messages", "deploy", { filter_subjects: ["resources.workflow"] });
    await world.broker.cut();
    await world.broker.restore();
    await until(() => filtersOf(world), (filters) => filters.includes("resources.extra"));
    const runId = await world.send({ type: "extra" });
    await ran.until((runs) => runs.includes(runId));
  });
});

describe.each(BROKERS)("a server that is upgraded under a connected driver, on %s", (kind) => {
  it("is taken for the generation that its stream has at the next binding", async () => {
    const world = await openWorld(kind, { streams: V1_STREAMS });
    const manager = await world.start({ reconcile: () => ({ success: true, message: "done" }) });
    expect(manager.stats().protocol).toBe("v1");
    await world.connection.deleteStream("messages");
    for (const stream of V2_STREAMS) await world.connection.ensureStream(stream);
    await world.events.until((events) =>
      events.some((event) => event.type === "bound" && event.protocol === "v2")
    );
    expect(await filtersOf(world)).toContain("drivers.deploy.resources.workflow");
    await world.send({ subject: "drivers.deploy.resources.workflow" });
    await world.connection.ensureConsumer("pipeline-engine", {
      durable: "engine",
      filterSubjects: ["pipelines.driver.result"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
    });
    const stored = new Collector<unknown>();
    const pull = await world.connection.pull("pipeline-engine", "engine", {
      onMessage: ({ data }) => stored.add(JSON.parse(new TextDecoder().decode(data))),
      onLost() {},
    });
    pull.demand(1);
    expect((await stored.first(1))[0]).toMatchObject({ driverresult: { message: "done" } });
  });
});

async function filtersOf(world: World): Promise<readonly string[]> {
  return (await world.connection.consumerInfo("messages", "deploy"))?.filterSubjects ?? [];
}

async function manageStreams({ broker }: World) {
  const admin = await connect({ servers: broker.options.servers as string });
  onTestFinished(() => admin.close());
  return await jetstreamManager(admin);
}
