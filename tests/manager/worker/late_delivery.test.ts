import { expect, it } from "vitest";
import type { Connection, Transport } from "../../../src/transport/transport.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

/** A connection whose first delivery was on its way for a minute, as to a process that was paused. */
function withLateDelivery(connection: Connection): Connection {
  let late = true;
  return new Proxy(connection, {
    get(target, name) {
      if (name === "pull") {
        return ((stream, durable, handlers) =>
          target.pull(stream, durable, {
            ...handlers,
            onMessage(delivery, requestedAt) {
              handlers.onMessage(delivery, late ? performance.now() - 60_000 : requestedAt);
              late = false;
            },
          })) satisfies Connection["pull"];
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it.each(BROKERS)(
  "a message that waited in the socket for the ack wait is not run, on %s",
  async (kind) => {
    const world = await openWorld(kind);
    const transport: Transport = {
      connect: async () => withLateDelivery(await world.broker.connect()),
    };
    const ran = new Collector<number>();
    await world.start({ reconcile: ({ attempt }) => ran.add(attempt) }, {
      transport,
      ackWaitMs: 1000,
    });
    await world.send();
    const ended = await world.events.find(({ type }) => type === "run-ended");
    expect(ended).toMatchObject({ outcome: "lease-lost" });
    expect(ran.items).toEqual([]);
    await world.results.first(1);
    expect(ran.items).toEqual([1]);
  },
);
