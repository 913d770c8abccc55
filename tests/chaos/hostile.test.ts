import { endedDeliveries } from "../../chaos/lib/ends.ts";
import { afterEach, describe, expect, it } from "vitest";
import {
  HOSTILE_DRIVER,
  HOSTILE_TYPE,
  hostileMessages,
  isMeantForDriver,
} from "../../chaos/lib/hostile_messages.ts";

import { openWorld } from "../manager/support/world.ts";

const MESSAGES = 3000;

afterEach(() => {
  expect(Object.keys(Object.prototype), "the language itself was bent").toEqual([]);
});

describe("a flood of malformed and hostile messages", () => {
  it("is lived through: each is accounted for, and the good ones among them are done", async () => {
    const seed = Date.now() % 2 ** 31;
    const messages = hostileMessages(MESSAGES, seed);
    const world = await openWorld("memory");
    const manager = await world.start({
      name: HOSTILE_DRIVER,
      resources: [HOSTILE_TYPE],
      events: ["create", "update"],
      maxAttempts: 2,
      reconcile({ resource, results, logger }) {
        logger.info(resource.name);
        return { success: true, message: resource.name, data: { given: resource.spec, results } };
      },
    }, { concurrency: 32 });
    for (const { subject, data } of messages) await world.sendRaw(subject, data);
    const meant = messages.filter(isMeantForDriver).length;
    const good = messages.flatMap((message) => message.good ?? []);
    const stats = () => manager.stats().drivers[HOSTILE_DRIVER]!;
    await world.send(); // The last to be delivered: when it has ended, all others have arrived.
    await world.events.until(() =>
      stats().received > meant && endedDeliveries(stats()) === stats().received
    );
    const wanted = new Set(good.map(({ runId }) => runId));
    await world.results.until((results) => {
      const stored = new Set(results.map(({ run_id: runId }) => runId));
      return [...wanted].every((runId) => stored.has(runId));
    });
    await manager.stop();
    const told = `with seed ${seed}`;
    expect(stats(), told).toMatchObject({ received: meant + 1, unconfirmed: 0, leaseLost: 0 });
    expect(endedDeliveries(stats()), told).toBe(meant + 1);
    for (const { runId, text } of good) {
      const results = world.results.items.filter(({ run_id: id }) => id === runId);
      expect(results.map(({ driverresult }) => driverresult.data), told)
        .toEqual([{ given: { text }, results: {} }]);
    }
  });
});
