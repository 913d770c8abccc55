import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld, V2_STREAMS, type World } from "../support/world.ts";
import { losingAcks } from "../support/losing_acks.ts";

/** The shortest lease a manager allows: tests wait for it to run out. */
const ACK_WAIT_MS = 1000;

/** Streams that forget message ids almost at once. */
const FORGETFUL = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 100 }));

async function removeResultStream(world: World): Promise<void> {
  await world.connection.deleteStream("pipeline-engine");
}

async function restoreResultStream(world: World): Promise<void> {
  await world.connection.ensureStream({
    name: "pipeline-engine",
    subjects: ["pipelines.>"],
    retention: "limits",
  });
}

async function storedResults(world: World): Promise<number> {
  return (await world.connection.streamInfo("pipeline-engine"))?.messages ?? 0;
}

describe.each(BROKERS)("outcome records on %s", (kind) => {
  it("a result that cannot be published is published by the redelivery, without another reconcile", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      reconcile() {
        calls++;
      },
    });
    await removeResultStream(world);
    await world.send();
    await world.events.find((event) =>
      event.type === "run-ended" && event.outcome === "unconfirmed"
    );
    await restoreResultStream(world);
    await world.events.find((event) => event.type === "run-ended" && event.outcome === "succeeded");
    await manager.stop();
    expect(calls).toBe(1);
    expect(await storedResults(world)).toBe(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ republished: 1, unconfirmed: 1 });
  });

  it("a process that dies after its result and before its ack leaves no second result, even past the duplicate window", async () => {
    const world = await openWorld(kind, { streams: FORGETFUL });
    const calls: number[] = [];
    const definition = {
      reconcile({ attempt }: { attempt: number }) {
        calls.push(attempt);
      },
    };
    const { transport } = losingAcks(world.broker);
    const dying = await world.start(definition, { transport, ackWaitMs: ACK_WAIT_MS });
    await world.send();
    await world.results.first(1);
    await dying.stop();
    const heir = await world.start(definition, { ackWaitMs: ACK_WAIT_MS });
    await world.events.find((event) =>
      event.type === "run-ended" && event.outcome === "already-done"
    );
    await heir.stop();
    expect(calls).toEqual([1]);
    expect(world.results.items).toHaveLength(1);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("of a process that dies before it has told that its result is stored, the redelivery publishes the same result again, and the stream drops it", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const definition = {
      reconcile() {
        calls++;
      },
    };
    const { transport } = losingAcks(world.broker, { numbers: true });
    const dying = await world.start(definition, { transport, ackWaitMs: ACK_WAIT_MS });
    await world.send();
    await world.results.first(1);
    await dying.stop();
    const heir = await world.start(definition, { ackWaitMs: ACK_WAIT_MS });
    await world.events.until((events) =>
      events.filter((event) => event.type === "run-ended" && event.outcome === "succeeded")
        .length === 2
    );
    expect(heir.stats().drivers["deploy"]).toMatchObject({ received: 1, republished: 1 });
    await heir.stop();
    expect(calls).toBe(1);
    expect(world.results.items).toHaveLength(1);
  });

  it("without a journal the run is repeated, and the stream still drops the second result", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const definition = {
      reconcile() {
        calls++;
      },
    };
    const { transport } = losingAcks(world.broker);
    const options = { ackWaitMs: ACK_WAIT_MS, journal: false };
    const dying = await world.start(definition, { ...options, transport });
    await world.send();
    await world.results.first(1);
    await dying.stop();
    await world.start(definition, options);
    await world.events.until((events) =>
      events.filter((event) => event.type === "run-ended").length === 2
    );
    expect(calls).toBe(2);
    expect(world.results.items).toHaveLength(1);
    expect(await world.connection.streamInfo("KV_conveyor-driver-outcomes")).toBeUndefined();
  });

  it("long work keeps its lease: it is not delivered again", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      async reconcile({ signal }) {
        calls++;
        await new Promise((resolve) => setTimeout(resolve, 2.5 * ACK_WAIT_MS));
        signal.throwIfAborted();
      },
    }, { ackWaitMs: ACK_WAIT_MS });
    await world.send();
    await world.results.first(1);
    await manager.stop();
    expect(calls).toBe(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 1, succeeded: 1 });
  });

  it("an event that waits for its resource keeps its lease too", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      async reconcile() {
        if (++calls === 1) await new Promise((resolve) => setTimeout(resolve, 2.5 * ACK_WAIT_MS));
      },
    }, { ackWaitMs: ACK_WAIT_MS, concurrency: 2 });
    await world.send();
    await world.send();
    await world.results.first(2);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 2 });
  });

  it("a lease that cannot be renewed aborts the signal, and the result is suppressed", async () => {
    const world = await openWorld(kind);
    const reasons = new Collector<unknown>();
    const started = new Collector<string>();
    const late = gate();
    const manager = await world.start({
      async reconcile({ signal, runId }) {
        started.add(runId);
        if (started.items.length > 1) return; // A killed server may have forgotten that it delivered once.
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        reasons.add(signal.reason);
        await late.opened;
        return { success: true, message: "too late" };
      },
    }, { ackWaitMs: ACK_WAIT_MS });
    await world.send();
    await started.first(1);
    await world.broker.cut();
    expect((await reasons.first(1))[0]).toMatchObject({ code: "lease-lost" });
    late.open();
    await world.events.find((event) =>
      event.type === "run-ended" && event.outcome === "lease-lost"
    );
    await world.broker.restore();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toBe("");
    expect(started.items).toHaveLength(2);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ leaseLost: 1, succeeded: 1 });
  });

  it("a reconcile that blocks the event loop past the ack wait leaves one result, and is not called again", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      reconcile() {
        calls++;
        const end = performance.now() + 1.5 * ACK_WAIT_MS;
        while (performance.now() < end);
        return { success: true, message: "at last" };
      },
    }, { ackWaitMs: ACK_WAIT_MS });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toBe("at last");
    await manager.stop();
    expect(calls).toBe(1);
    expect(world.results.items).toHaveLength(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ leaseLost: 1, republished: 1 });
  });

  it("a run whose consumer is deleted under it still stores its result", async () => {
    const world = await openWorld(kind);
    const started = new Collector<string>();
    const leave = gate();
    await world.start({
      async reconcile({ runId }) {
        started.add(runId);
        await leave.opened;
      },
    }, { ackWaitMs: ACK_WAIT_MS });
    const runId = await world.send();
    await started.first(1);
    await world.connection.deleteConsumer("messages", "deploy");
    await world.events.until((events) =>
      events.filter(({ type }) => type === "bound").length === 2
    );
    leave.open();
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
    expect(started.items).toHaveLength(1);
  });

  it("a recreated consumer does not repeat runs whose messages another driver's interest has kept", async () => {
    const world = await openWorld(kind);
    await world.connection.ensureConsumer("messages", {
      durable: "slow-one",
      filterSubjects: ["resources.workflow"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
    });
    let calls = 0;
    await world.start({
      reconcile() {
        calls++;
      },
    });
    await world.send();
    await world.results.first(1);
    await world.events.find((event) => event.type === "run-ended");
    await world.connection.deleteConsumer("messages", "deploy");
    await world.events.until((events) =>
      events.filter((event) => event.type === "run-ended").length === 2
    );
    expect(calls).toBe(1);
    expect(world.results.items).toHaveLength(1);
  });

  it("a run without an outcome after maxDeliveries gets a failed result that says so", async () => {
    const world = await openWorld(kind);
    const definition = {
      reconcile: () => Promise.reject(new Error("away")),
      maxAttempts: 50,
    };
    await world.start(definition, { maxDeliveries: 2 });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toContain("no outcome after 2 deliveries");
  });
});
