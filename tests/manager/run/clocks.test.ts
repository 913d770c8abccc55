import { afterEach, describe, expect, it, vi } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const realDateNow = Date.now.bind(Date);

/** Sets the host's wall clock. */
function setClock(byMs: number): void {
  vi.spyOn(Date, "now").mockImplementation(() => realDateNow() + byMs);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(BROKERS)("a host whose wall clock is set, on %s:", (kind) => {
  it.each([["forward", HOUR_MS], ["back", -HOUR_MS]])(
    "a run goes on when it is set %s, and its result is stored",
    async (_, byMs) => {
      const world = await openWorld(kind);
      const attempts: number[] = [];
      const manager = await world.start({
        async reconcile({ attempt, signal, logger }) {
          attempts.push(attempt);
          logger.info("before");
          setClock(byMs);
          logger.info("after");
          await Promise.resolve();
          return { success: !signal.aborted };
        },
      }, { ackWaitMs: 20_000 });
      await world.send();
      const [result] = await world.results.first(1);
      const ended = await world.events.find((event) => event.type === "run-ended");
      expect(result?.driverresult.success).toBe(true);
      expect(ended).toMatchObject({ outcome: "succeeded" });
      expect(attempts).toEqual([1]);
      const consumer = await world.connection.consumerInfo("messages", "deploy");
      expect([consumer?.redelivered, manager.stats().drivers["deploy"]?.leaseLost]).toEqual([0, 0]);
    },
  );

  it("a message that waits for it is taken when it is set forward before", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({ reconcile() {} }, { ackWaitMs: 20_000 });
    setClock(HOUR_MS);
    await world.send();
    await world.events.find((event) => event.type === "run-ended");
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 1, succeeded: 1 });
  });
});

it("the memory broker redelivers nothing because the wall clock was set forward", async () => {
  const world = await openWorld("memory");
  const attempts: string[] = [];
  const running = new Collector<string>();
  let end = () => {};
  const ended = new Promise<void>((resolve) => end = resolve);
  await world.start({
    async reconcile({ resource }) {
      attempts.push(resource.name);
      running.add(resource.name);
      if (resource.name === "first") await ended;
    },
  }, { ackWaitMs: 20_000, concurrency: 2 });
  await world.send({ name: "first" });
  await running.first(1);
  setClock(HOUR_MS);
  await world.send({ name: "second" }); // Its delivery looks at ack waits.
  await world.results.first(1);
  end();
  await world.results.first(2);
  expect(attempts).toEqual(["first", "second"]);
  const consumer = await world.connection.consumerInfo("messages", "deploy");
  expect(consumer?.redelivered).toBe(0);
});
