import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, type Gate, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

/** Counts concurrent passes, and ends each when the test opens its gate. */
function turnstile() {
  const entered = new Collector<{ name: string; leave: Gate }>();
  let inside = 0;
  let most = 0;
  return {
    entered,
    get most() {
      return most;
    },
    async pass(name: string): Promise<void> {
      const leave = gate();
      most = Math.max(most, ++inside);
      entered.add({ name, leave });
      await leave.opened;
      inside--;
    },
  };
}

describe.each(BROKERS)("concurrency on %s", (kind) => {
  it("runs exactly as many at once as concurrency allows", async () => {
    const world = await openWorld(kind);
    const stile = turnstile();
    await world.start({ reconcile: ({ resource }) => stile.pass(resource.name) }, {
      concurrency: 3,
    });
    for (let i = 0; i < 6; i++) await world.send({ name: `site-${i}` });
    await stile.entered.first(3);
    for (let i = 0; i < 6; i++) (await stile.entered.first(i + 1))[i]?.leave.open();
    await world.results.first(6);
    expect(stile.most).toBe(3);
  });

  it("runs events of one resource in order, never two at once", async () => {
    const world = await openWorld(kind);
    const seen: unknown[] = [];
    let inside = 0;
    let most = 0;
    await world.start({
      async reconcile({ resource }) {
        most = Math.max(most, ++inside);
        await Promise.resolve();
        seen.push(resource.spec);
        inside--;
      },
    }, { concurrency: 4 });
    for (let i = 0; i < 12; i++) await world.send({ spec: i });
    await world.results.first(12);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(most).toBe(1);
  });

  it("runs another resource while an event waits for its resource", async () => {
    const world = await openWorld(kind);
    const stile = turnstile();
    await world.start({ reconcile: ({ resource }) => stile.pass(resource.name) }, {
      concurrency: 2,
    });
    await world.send({ name: "busy" });
    await stile.entered.first(1);
    await world.send({ name: "busy" });
    await world.send({ name: "other" });
    const entered = await stile.entered.first(2);
    expect(entered.map(({ name }) => name)).toEqual(["busy", "other"]);
    for (const { leave } of entered) leave.open();
    (await stile.entered.first(3))[2]?.leave.open();
    await world.results.first(3);
  });

  it("leaves to another instance what it has no slot for", async () => {
    const world = await openWorld(kind);
    const slow = turnstile();
    const free = turnstile();
    await world.start({ reconcile: ({ resource }) => slow.pass(resource.name) });
    await world.send({ name: "first" });
    await slow.entered.first(1);
    await world.start({ reconcile: ({ resource }) => free.pass(resource.name) });
    for (let i = 0; i < 3; i++) {
      await world.send({ name: `next-${i}` });
      (await free.entered.first(i + 1))[i]?.leave.open();
    }
    await world.results.first(3);
    expect(slow.entered.items).toHaveLength(1);
    slow.entered.items[0]?.leave.open();
    await world.results.first(4);
  });

  it("shares the runs of one driver among its instances, each run once", async () => {
    const world = await openWorld(kind);
    const ran: string[] = [];
    for (let i = 0; i < 3; i++) {
      await world.start({
        reconcile({ runId }) {
          ran.push(runId);
        },
      }, { concurrency: 2 });
    }
    const sent: string[] = [];
    for (let i = 0; i < 30; i++) sent.push(await world.send({ name: `site-${i}` }));
    await world.results.first(30);
    expect(ran.sort()).toEqual(sent.sort());
  });

  it("keeps strict order over all instances when maxAckPending is 1", async () => {
    const world = await openWorld(kind);
    const seen: unknown[] = [];
    let inside = 0;
    let most = 0;
    for (let i = 0; i < 2; i++) {
      await world.start({
        async reconcile({ resource, attempt }) {
          most = Math.max(most, ++inside);
          await Promise.resolve();
          inside--;
          if (resource.spec === 3 && attempt === 1) throw new Error("once more");
          seen.push(resource.spec);
        },
      }, { concurrency: 4, maxAckPending: 1 });
    }
    for (let i = 0; i < 8; i++) await world.send({ name: `site-${i}`, spec: i });
    await world.results.first(8);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(1);
  });

  it("warns with the numbers when delayed redeliveries use up maxAckPending", async () => {
    const world = await openWorld(kind);
    await world.start({
      maxAttempts: 2,
      backoff: { initialMs: 60_000, jitter: "none" },
      reconcile: () => Promise.reject(new Error("away")),
    }, { concurrency: 4, maxAckPending: 4 });
    for (let i = 0; i < 6; i++) await world.send({ name: `site-${i}` });
    const warning = await world.events.find((event) =>
      event.type === "warning" && event.code === "ack-budget"
    );
    expect(warning).toHaveProperty(
      "message",
      expect.stringMatching(/[234] of the 4 messages that deploy may have unacknowledged/),
    );
  });

  it("exclusive: one process at a time reconciles a resource, over all instances", async () => {
    const world = await openWorld(kind);
    const stile = turnstile();
    for (let i = 0; i < 2; i++) {
      await world.start({ reconcile: ({ resource }) => stile.pass(resource.name) }, {
        exclusive: true,
        concurrency: 2,
      });
    }
    for (let i = 0; i < 4; i++) await world.send({ name: "shared" });
    for (let i = 0; i < 4; i++) (await stile.entered.first(i + 1))[i]?.leave.open();
    await world.results.first(4);
    expect(stile.most).toBe(1);
  });
});
