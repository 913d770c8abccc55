import { expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

it.each(BROKERS)("every stop() returns the promise of the first, on %s", async (kind) => {
  const world = await openWorld(kind);
  const started = new Collector<string>();
  const leave = gate();
  const manager = await world.start({
    async reconcile({ runId }) {
      started.add(runId);
      await leave.opened;
    },
  });
  await world.send();
  await started.first(1);
  const first = manager.stop();
  expect(manager.stop()).toBe(first);
  const order: string[] = [];
  const both = [
    first.then(() => order.push("first")),
    manager.stop().then(() => order.push("last")),
  ];
  expect(manager.state).toBe("stopping");
  order.push("the run ends");
  leave.open();
  await Promise.all(both);
  expect(order).toEqual(["the run ends", "first", "last"]);
  expect(manager.stop()).toBe(first);
});

it("a hook that calls stop() while run() begins stops the manager", async () => {
  const world = await openWorld("memory");
  let stopped: Promise<void> | undefined;
  const manager = world.manager({}, {
    onEvent: (event) => {
      if (event.type === "state" && event.state === "connecting") stopped = manager.stop();
    },
  });
  await manager.run();
  await stopped;
  expect(manager.state).toBe("stopped");
});

it("a manager that was stopped cannot be run, and one that has ended cannot be run again", async () => {
  const world = await openWorld("memory");
  const never = world.manager({});
  await never.stop();
  await expect(never.run()).rejects.toMatchObject({ code: "stopped" });
  const once = await world.start({});
  const running = once.run();
  const stopped = once.stop();
  expect(once.run()).toBe(running);
  await stopped;
  await expect(once.run()).rejects.toMatchObject({ code: "stopped" });
});
