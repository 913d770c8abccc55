import { ConsumerConflictError } from "@conveyor/driver/transport";
import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V1_STREAMS, V2_STREAMS } from "../support/world.ts";

describe.each(BROKERS)("rebinding on %s", (kind) => {
  it("waits for a missing stream, reports it, and starts when it is created", async () => {
    const world = await openWorld(kind, { streams: [] });
    const manager = world.manager({});
    const running = manager.run();
    const waiting = await world.events.find((event) => event.type === "waiting-for-stream");
    expect(waiting).toMatchObject({ stream: "messages", driver: "deploy" });
    expect(manager.state).toBe("binding");
    for (const stream of V2_STREAMS) await world.connection.ensureStream(stream);
    await manager.ready;
    expect(manager.state).toBe("running");
    await manager.stop();
    await running;
  });

  it("recreates its consumer after it was deleted", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    await world.connection.deleteConsumer("messages", "deploy");
    await world.events.find((event) => event.type === "lost");
    await world.events.until((events) =>
      events.filter(({ type }) => type === "bound").length === 2
    );
    expect(manager.state).toBe("running");
    const runId = await world.send();
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
  });

  it("binds again when its stream is deleted and recreated", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    await world.connection.deleteStream("messages");
    await world.events.find((event) => event.type === "lost");
    for (const stream of V2_STREAMS) await world.connection.ensureStream(stream);
    await world.events.until((events) =>
      events.filter(({ type }) => type === "bound").length === 2
    );
    const runId = await world.send();
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
    expect(manager.stats().drivers["deploy"]?.bound).toBe(2);
  });

  it("reports a lost connection, and goes on after it is restored", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    await world.broker.cut();
    await world.events.find((event) => event.type === "disconnected");
    expect(manager.state).toBe("rebinding");
    const notReady = await manager.handler(new Request("http://localhost/readyz"));
    expect(notReady.status).toBe(503);
    await world.broker.restore();
    await world.events.find((event) => event.type === "reconnected");
    const runId = await world.send();
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
    expect(manager.state).toBe("running");
    const ready = await manager.handler(new Request("http://localhost/readyz"));
    expect(ready.status).toBe(200);
  });

  it("runs events published while every instance was down", async () => {
    const world = await openWorld(kind);
    const first = await world.start({});
    await first.stop();
    const sent = [await world.send({ name: "a" }), await world.send({ name: "b" })];
    await world.start({});
    const results = await world.results.first(2);
    expect(results.map(({ run_id }) => run_id).sort()).toEqual(sent.sort());
  });

  it("updates a consumer with another configuration at the first binding", async () => {
    const world = await openWorld(kind);
    await world.connection.ensureConsumer("messages", {
      durable: "deploy",
      filterSubjects: ["resources.workflow"],
      ackWaitMs: 30_000,
      maxAckPending: 1,
    });
    await world.start({ resources: ["workflow", "release"] });
    const updated = await world.connection.consumerInfo("messages", "deploy");
    expect(updated?.maxAckPending).toBe(1000);
    expect([...updated?.filterSubjects ?? []].sort()).toEqual([
      "drivers.deploy.resources.release",
      "drivers.deploy.resources.workflow",
      "resources.release",
      "resources.workflow",
    ]);
  });

  it("redelivers events that only the newer release of a driver lists, during a rolling restart", async () => {
    const world = await openWorld(kind);
    const ran = new Collector<string>();
    const older = await world.start({
      reconcile: ({ resource }) => ran.add(`older ${resource.resource}`),
    });
    await world.start({
      resources: ["workflow", "release"],
      reconcile: ({ resource }) => ran.add(`newer ${resource.resource}`),
    });
    for (let i = 0; i < 2; i++) await world.send({ type: "release", name: `v${i}` });
    await world.results.first(2);
    expect(new Set(ran.items)).toEqual(new Set(["newer release"]));
    expect(older.stats().drivers["deploy"]?.succeeded).toBe(0);
  });
});

describe.each(BROKERS)("a v1 server on %s", (kind) => {
  it("gets no result, and its event is acknowledged", async () => {
    const world = await openWorld(kind, { streams: V1_STREAMS });
    const done = new Collector<string>();
    const manager = await world.start({ reconcile: ({ resource }) => done.add(resource.name) });
    expect(manager.stats().protocol).toBe("v1");
    await world.send();
    await world.events.find((event) => event.type === "run-ended");
    expect(done.items).toEqual(["site"]);
    await manager.stop();
    const stream = await world.connection.streamInfo("messages");
    expect(stream?.messages).toBe(0);
  });

  it("gets no dead-letter event, which its stream would keep for ever", async () => {
    const world = await openWorld(kind, { streams: V1_STREAMS });
    const letters = new Collector<unknown>();
    const manager = await world.start({
      maxAttempts: 1,
      reconcile: () => Promise.reject(new Error("no")),
    }, { onDeadLetter: (letter) => letters.add(letter) });
    await world.send();
    await letters.first(1);
    await manager.stop();
    expect((await world.connection.streamInfo("messages"))?.messages).toBe(0);
  });

  it("refuses a second driver on a resource type, with an error that names the cause", async () => {
    const world = await openWorld(kind, { streams: V1_STREAMS });
    await world.start({ name: "first" });
    const second = world.manager({ name: "second" });
    const failure = await second.run().then(() => undefined, (error: unknown) => error);
    expect(failure).toBeInstanceOf(ConsumerConflictError);
    expect((failure as Error).message).toMatch(/second/);
    expect(second.state).toBe("failed");
    await expect(second.ready).rejects.toThrow();
  });
});
