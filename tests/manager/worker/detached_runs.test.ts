import { expect, it } from "vitest";
import { until } from "../../transport/support/world.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld, V1_STREAMS } from "../support/world.ts";

it.each(BROKERS)(
  "an event that waits without a lease gives way to its next delivery, on %s",
  async (kind) => {
    const world = await openWorld(kind, { streams: V1_STREAMS });
    const ran = new Collector<string>();
    const leave = gate();
    const manager = await world.start({
      async reconcile({ runId }) {
        ran.add(runId);
        await leave.opened;
      },
    }, { concurrency: 4 });
    const running = await world.send();
    await ran.first(1);
    const waiting = await world.send();
    await until(() => manager.stats().drivers["deploy"]?.waiting, (count) => count === 1);
    await world.connection.deleteConsumer("messages", "deploy");
    const ended = await world.events.find((event) =>
      event.type === "run-ended" && event.run.runId === waiting
    );
    expect(ended).toMatchObject({ outcome: "lease-lost" });
    leave.open();
    await world.events.find((event) =>
      event.type === "run-ended" && event.run.runId === waiting && event.outcome === "succeeded"
    );
    expect(ran.items).toEqual([running, waiting]);
  },
);
