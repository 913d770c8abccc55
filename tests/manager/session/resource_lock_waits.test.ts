import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";
import { until } from "../../transport/support/world.ts";

/** One manager runs an event of a resource until `leave` opens, and another one waits for its lock. */
async function waitingForALock(kind: (typeof BROKERS)[number]) {
  const world = await openWorld(kind);
  const ran = new Collector<string>();
  const leave = gate();
  const reconcile = (who: string) => async ({ resource }: { resource: { name: string } }) => {
    ran.add(`${who} ${resource.name}`);
    if (resource.name === "site") await leave.opened;
  };
  const holder = await world.start({ reconcile: reconcile("holder") }, { exclusive: true });
  await world.send();
  await ran.first(1);
  const waiter = await world.start({ reconcile: reconcile("waiter") }, { exclusive: true });
  const waiting = await world.send();
  const stats = () => waiter.stats().drivers["deploy"]!;
  await until(() => Promise.resolve(stats()), ({ running }) => running === 1);
  return { world, ran, leave, holder, waiter, waiting, stats };
}

describe.each(BROKERS)("an event that waits for the lock of its resource, on %s", (kind) => {
  it("takes no slot, and holds up no other resource", async () => {
    const { world, ran, leave, stats } = await waitingForALock(kind);
    expect(stats()).toMatchObject({ running: 1, waiting: 0 });
    const other = await world.send({ name: "other" });
    const [result] = await world.results.first(1);
    expect(result?.run_id).toBe(other);
    expect(ran.items).toEqual(["holder site", "waiter other"]);
    leave.open();
    await world.results.first(3);
    expect(ran.items).toEqual(["holder site", "waiter other", "waiter site"]);
  });

  it("is handed back at once by a stop", async () => {
    const { world, ran, leave, waiter, waiting, stats } = await waitingForALock(kind);
    await waiter.stop();
    expect(stats()).toMatchObject({ handedBack: 1, running: 0, waiting: 0 });
    expect(ran.items).toEqual(["holder site"]);
    leave.open();
    await world.results.until((results) => results.some(({ run_id }) => run_id === waiting));
    expect(ran.items).toEqual(["holder site", "holder site"]);
  });
});
