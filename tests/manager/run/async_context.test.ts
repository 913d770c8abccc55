import { AsyncLocalStorage } from "node:async_hooks";
import type { ManagerEvent } from "@conveyor/driver";
import { expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

it.each(BROKERS)(
  "user code runs in the async context of the caller of run(), on %s",
  async (kind) => {
    const world = await openWorld(kind);
    const caller = new AsyncLocalStorage<string>();
    const own = new AsyncLocalStorage<string>();
    const seen = new Collector<{ caller: string | undefined; own: string | undefined }>();
    const see = () => seen.add({ caller: caller.getStore(), own: own.getStore() });
    const events = new Collector<ManagerEvent>();
    const manager = await caller.run("the application", () =>
      world.start({
        spec: {
          "~standard": { version: 1, vendor: "test", validate: (value) => (see(), { value }) },
        },
        maxAttempts: 1,
        async reconcile({ resource, shuttingDown }) {
          see();
          own.enterWith(resource.name); // As tracing and request-context libraries do.
          shuttingDown.addEventListener("abort", see);
          await Promise.resolve();
          expect(own.getStore()).toBe(resource.name);
          throw new Error("for the dead-letter hook");
        },
      }, {
        concurrency: 4,
        onDeadLetter: see,
        onEvent: (event) => {
          see();
          events.add(event);
        },
      }));
    for (let run = 0; run < 3; run++) {
      await world.send({ name: `one-${run}` });
      await world.results.first(run + 1);
    }
    for (let run = 0; run < 8; run++) await world.send({ name: `many-${run}` });
    await world.results.first(11);
    await own.run("another caller", () => manager.stop());
    expect(seen.items.filter((one) => one.caller !== "the application" || one.own !== undefined))
      .toEqual([]);
    expect(seen.items.length).toBeGreaterThan(11 * 3);
  },
);
