import { expect, it } from "vitest";
import { TimeoutError } from "../../../src/errors.ts";
import { LOCK_BUCKET } from "../../../src/manager/session/resource_locks.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection, Transport } from "../../../src/transport/transport.ts";
import { gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

it.each([LOCK_BUCKET, "conveyor-driver-outcomes"])(
  "a manager that is stopped while the bucket %s does not respond ends as stopped",
  async (bucket) => {
    const world = await openWorld("memory");
    const asked = gate();
    const given = gate();
    const transport: Transport = {
      connect: async () =>
        new Proxy(await connectBroker({ servers: ["memory:"] }, world.broker.options.transport), {
          get(target, name) {
            if (name === "keyValue") {
              return (async (wanted, options) => {
                if (wanted !== bucket) return await target.keyValue(wanted, options);
                asked.open();
                await given.opened;
                throw new TimeoutError("no response from JetStream within 5000 ms", 5000);
              }) satisfies Connection["keyValue"];
            }
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === "function" ? value.bind(target) : value;
          },
        }),
    };
    const manager = world.manager({}, { transport, exclusive: true });
    const running = manager.run();
    await asked.opened;
    const stopped = manager.stop();
    given.open();
    await Promise.all([running, stopped]);
    expect(manager.state).toBe("stopped");
  },
);
