import { describe, expect, it } from "vitest";
import type { Connection, Transport } from "../../../src/transport/transport.ts";
import { BROKERS } from "../support/brokers.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("loss 10, a sink that fails at the end, on %s,", (kind) => {
  it("is reported, and fails neither run() nor the closing of what else is open", async () => {
    const world = await openWorld(kind);
    let connection: Connection | undefined;
    const transport: Transport = {
      connect: async () => connection = await world.broker.connect(),
    };
    const flushed: string[] = [];
    const sinkThat = (sinkName: string, flush: () => Promise<void>) =>
      Object.assign(() => {}, { sinkName, flush });
    const manager = world.manager({}, {
      transport,
      sinks: [
        sinkThat("full", () => Promise.reject(new Error("disk full"))),
        sinkThat("broken", () => {
          throw new Error("no disk");
        }),
        sinkThat("fine", () => Promise.resolve(void flushed.push("fine"))),
      ],
    });
    const running = manager.run();
    await manager.ready;
    await manager.stop();
    await running;
    expect(manager.state).toBe("stopped");
    expect(connection?.connected).toBe(false);
    expect(flushed).toEqual(["fine"]);
    const messages = world.events.items.flatMap((event) =>
      event.type === "warning" ? [event.message] : []
    );
    expect(messages).toContain("cannot flush the log sink full: disk full");
    expect(messages).toContain("cannot flush the log sink broken: no disk");
  });
});

describe("run() after the end", () => {
  it("says that a stopped manager does not run again", async () => {
    const world = await openWorld("memory");
    const manager = await world.start({});
    await manager.stop();
    await expect(manager.run()).rejects.toThrow(
      "cannot run a manager that was stopped: create another one",
    );
  });
});
