import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("loss 6, another process's ackWaitMs, on %s,", (kind) => {
  it("that is shorter does not void the leases of those who are there", async () => {
    const world = await openWorld(kind);
    await world.start({}, { ackWaitMs: 30_000 });
    const manager = await world.start({}, { ackWaitMs: 2000 });
    const consumer = await world.connection.consumerInfo("messages", "deploy");
    expect(consumer?.ackWaitMs).toBe(30_000);
    expect(manager.state).toBe("running");
    expect(world.events.items).toContainEqual(expect.objectContaining({
      code: "ack-wait",
      message: expect.stringMatching(/has an ack wait of 30000 ms.*asks for 2000 ms/),
    }));
  });

  it("that is longer raises that of all, and says so", async () => {
    const world = await openWorld(kind);
    await world.start({}, { ackWaitMs: 2000 });
    await world.start({}, { ackWaitMs: 30_000 });
    const consumer = await world.connection.consumerInfo("messages", "deploy");
    expect(consumer?.ackWaitMs).toBe(30_000);
    expect(world.events.items).toContainEqual(expect.objectContaining({
      code: "ack-wait",
      message: expect.stringMatching(/ack wait of 2000 ms.*raised to 30000 ms/),
    }));
  });

  it("that changes under a run is noticed by the next renewal, and said", async () => {
    const world = await openWorld(kind);
    const started = new Collector<string>();
    const leave = gate();
    await world.start({
      async reconcile({ runId }) {
        started.add(runId);
        await leave.opened;
      },
    }, { ackWaitMs: 1500 });
    await world.send();
    await started.first(1);
    const consumer = await world.connection.consumerInfo("messages", "deploy");
    await world.connection.ensureConsumer("messages", { ...consumer!, ackWaitMs: 60_000 });
    const warning = await world.events.find((event) =>
      event.type === "warning" && event.code === "ack-wait"
    );
    expect(warning).toMatchObject({ message: expect.stringContaining("from 1500 ms to 60000 ms") });
    leave.open();
    await world.results.first(1);
    expect(started.items).toHaveLength(1);
  });

  it(
    "that undoes what another one raised at the same moment is noticed soon, without a lease",
    async () => {
      const world = await openWorld(kind);
      await world.start({}, { ackWaitMs: 30_000 });
      const consumer = await world.connection.consumerInfo("messages", "deploy");
      await world.connection.ensureConsumer("messages", { ...consumer!, ackWaitMs: 2000 });
      const warning = await world.events.find((event) =>
        event.type === "warning" && event.code === "ack-wait"
      );
      expect(warning).toMatchObject({
        message: expect.stringContaining("from 30000 ms to 2000 ms"),
      });
    },
    10_000,
  );
});
