import { describe, expect, it } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { BROKERS, type TestBroker } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { losingAcks } from "../support/losing_acks.ts";
import { openWorld } from "../support/world.ts";

const JOURNAL = "KV_conveyor-driver-outcomes";
const LOCKS = "KV_conveyor-driver-locks";

/** A nats-server where a driver's user may not publish on some subjects. */
async function openRestricted(denied: readonly string[]): Promise<TestBroker> {
  const server = await startNatsServer({
    config: `authorization { users: [
      { user: owner, password: pw },
      { user: driver, password: pw, permissions: { publish: { deny: ${JSON.stringify(denied)} } } }
    ] }`,
  });
  const urlOf = (user: string) => server.url.replace("//", `//${user}:pw@`);
  return {
    options: { servers: urlOf("driver") },
    connect: () => connectBroker({ servers: [urlOf("owner")] }),
    cut: () => server.kill("SIGKILL"),
    terminate: () => server.kill("SIGTERM"),
    restore: () => server.restart(),
    close: () => server.stop(),
  };
}

describe.each(BROKERS)("the buckets on %s", (kind) => {
  it("a journal that was deleted is recreated, and does not stand in the way of a second delivery", async () => {
    const world = await openWorld(kind);
    const attempts: number[] = [];
    const manager = await world.start({
      async reconcile({ attempt }) {
        attempts.push(attempt);
        if (attempt > 1) return;
        await world.connection.deleteStream(JOURNAL);
        throw new Error("the registry is away");
      },
    });
    await world.send();
    await world.results.first(1);
    expect(attempts).toEqual([1, 2]);
    expect(await world.connection.streamInfo(JOURNAL)).toBeDefined();
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 1 });
  });

  it("a journal that was deleted and recreated keeps records again", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const definition = {
      reconcile() {
        calls++;
      },
    };
    const { transport } = losingAcks(world.broker);
    const dying = await world.start(definition, { transport, ackWaitMs: 1000 });
    await world.connection.deleteStream(JOURNAL);
    await world.send({ name: "first" });
    await world.results.first(1);
    while (await world.connection.streamInfo(JOURNAL) === undefined);
    await world.send({ name: "second" });
    await world.results.first(2);
    await dying.stop();
    await world.start(definition, { ackWaitMs: 1000 });
    await world.events.find((event) =>
      event.type === "run-ended" && event.outcome === "already-done"
    );
    await world.events.until((events) =>
      events.filter(({ type }) => type === "run-ended").length === 4
    );
    expect(calls).toBe(3);
    expect(world.results.items).toHaveLength(2);
  });

  it("locks that were deleted are recreated, and what is locked goes on", async () => {
    const world = await openWorld(kind);
    const running = new Collector<string>();
    const leave = gate();
    const manager = await world.start({
      async reconcile({ resource, signal }) {
        running.add(resource.name);
        if (resource.name === "held") await leave.opened;
        signal.throwIfAborted();
      },
    }, { exclusive: true, concurrency: 2, ackWaitMs: 1000 });
    await world.send({ name: "held" });
    await running.first(1);
    await world.connection.deleteStream(LOCKS);
    await world.send({ name: "next" });
    await world.results.first(1);
    expect(await world.connection.streamInfo(LOCKS)).toBeDefined();
    leave.open();
    await world.results.first(2);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 2 });
  });
});

describe("buckets that nats-server refuses", () => {
  const unavailable = (code: string, events: readonly { type: string; code?: string }[]) =>
    events.filter((event) => event.type === "warning" && event.code === code);

  it("a journal that can be written but not read is warned of once, and done without", async () => {
    const world = await openWorld(await openRestricted([`$JS.API.STREAM.MSG.GET.${JOURNAL}`]));
    const calls = new Collector<string>();
    const manager = await world.start({
      reconcile({ attempt, resource }) {
        calls.add(resource.name);
        if (attempt === 1) throw new Error("the registry is away");
      },
    });
    await world.send({ name: "one" });
    await world.send({ name: "two" });
    await world.results.first(2);
    expect(calls.items).toHaveLength(4);
    expect(unavailable("journal-unavailable", world.events.items)).toHaveLength(1);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 4, succeeded: 2 });
  });

  it("a journal that was deleted and cannot be recreated is warned of once, and done without", async () => {
    const world = await openWorld(await openRestricted([`$JS.API.STREAM.CREATE.${JOURNAL}`]));
    await world.connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
    const manager = await world.start({
      async reconcile({ attempt }) {
        if (attempt > 1) return;
        await world.connection.deleteStream(JOURNAL);
        throw new Error("the registry is away");
      },
    });
    await world.send({ name: "one" });
    await world.send({ name: "two" });
    await world.results.first(2);
    expect(unavailable("journal-unavailable", world.events.items)).toHaveLength(1);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 4, succeeded: 2 });
  });

  it("locks that were deleted and cannot be recreated are warned of once, and done without", async () => {
    const world = await openWorld(await openRestricted([`$JS.API.STREAM.CREATE.${LOCKS}`]));
    await world.connection.keyValue("conveyor-driver-locks", { ttlMs: 30_000 });
    const manager = await world.start({}, { exclusive: true });
    await world.connection.deleteStream(LOCKS);
    await world.send({ name: "one" });
    await world.send({ name: "two" });
    await world.results.first(2);
    expect(unavailable("locks-unavailable", world.events.items)).toHaveLength(1);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 2 });
  });
});
