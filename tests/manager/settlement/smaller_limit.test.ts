import { expect, it } from "vitest";
import { gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

it("a result that the server after a reconnect does not accept becomes a failed one", async () => {
  const world = await openWorld("nats-server");
  const [started, finish] = [gate(), gate()];
  const manager = await world.start({
    async reconcile() {
      started.open();
      await finish.opened;
      return { success: true, data: "x".repeat(10_000) };
    },
  });
  const runId = await world.send();
  await started.opened;
  await world.broker.cut();
  finish.open();
  await world.broker.restore("max_payload: 8192");
  const result = await world.results.find(({ run_id: stored }) => stored === runId);
  expect(result.driverresult).toMatchObject({
    success: false,
    message: expect.stringContaining("the server accepts 8192"),
  });
  await manager.stop();
  expect(manager.stats().drivers["deploy"]).toMatchObject({ deadLettered: 1, succeeded: 0 });
});
