import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V1_STREAMS, type World } from "../support/world.ts";

/** Takes the next event as a process would that cannot run it, and hands it back `times` times. */
async function handBack(world: World, times: number): Promise<void> {
  const counts = new Collector<number>();
  const pull = await world.connection.pull("messages", "deploy", {
    onMessage(delivery) {
      counts.add(delivery.deliveryCount);
      delivery.nak();
      pull.demand(counts.items.length < times ? 1 : 0);
    },
    onLost() {},
  });
  pull.demand(1);
  await counts.first(times);
  await pull.stop();
  await world.connection.flush();
}

/** A world with the consumer of a driver that is away, and one event for it. */
async function openWorldWithEvent(kind: (typeof BROKERS)[number]): Promise<World> {
  const world = await openWorld(kind);
  await (await world.start({})).stop();
  await world.send();
  return world;
}

describe.each(BROKERS)("loss 7, what never ran, on %s,", (kind) => {
  it("counts as no attempt", async () => {
    const world = await openWorldWithEvent(kind);
    await handBack(world, 7);
    const attempts = new Collector<number>();
    await world.start({
      reconcile({ attempt }) {
        attempts.add(attempt);
        throw new Error("away");
      },
    });
    const [result] = await world.results.first(1);
    expect(attempts.items).toEqual([1, 2, 3, 4, 5]);
    expect(result?.driverresult.message).toBe("away");
  });

  it("is given up after maxDeliveries, for a reason of its own", async () => {
    const world = await openWorldWithEvent(kind);
    await handBack(world, 3);
    const reasons = new Collector<string>();
    await world.start({}, {
      maxDeliveries: 3,
      onDeadLetter: ({ reason }) => reasons.add(reason),
    });
    expect((await reasons.first(1))[0]).toMatch(
      /^no outcome after 3 deliveries, of which 0 became an attempt/,
    );
  });

  it("attempts are counted over processes", async () => {
    const world = await openWorld(kind);
    const attempts = new Collector<number>();
    for (let process = 0; process < 3; process++) {
      const manager = await world.start({
        reconcile({ attempt }) {
          attempts.add(attempt);
          throw new Error("away");
        },
        maxAttempts: 3,
        backoff: { initialMs: 200, jitter: "none", factor: 1 },
      });
      if (process === 0) await world.send();
      await attempts.first(process + 1);
      await manager.stop();
    }
    expect(attempts.items.slice(0, 3)).toEqual([1, 2, 3]);
    const [result] = await world.results.first(1);
    expect(result?.driverresult).toMatchObject({ success: false, message: "away" });
  });
});

it("loss 7, on a v1 server: attempts are counted over processes, too", async () => {
  const world = await openWorld("memory", { streams: V1_STREAMS });
  const attempts = new Collector<number>();
  const letters = new Collector<string>();
  for (let process = 1; process <= 3; process++) {
    const manager = await world.start({
      reconcile({ attempt }) {
        attempts.add(attempt);
        throw new Error("away");
      },
      maxAttempts: 3,
      backoff: { initialMs: 200, jitter: "none", factor: 1 },
    }, { onDeadLetter: ({ reason }) => letters.add(reason) });
    if (process === 1) await world.send();
    await attempts.first(process);
    if (process < 3) await manager.stop();
  }
  expect(await letters.first(1)).toEqual(["away (attempt 3 of 3, the last)"]);
  expect(attempts.items).toEqual([1, 2, 3]);
});
