import { createServer } from "node:net";
import { once } from "node:events";
import { createDriver, createDriverManager, type ManagerEvent } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import { startNatsServer } from "../../support/nats_server.ts";
import { Collector } from "../support/collector.ts";

/** A port without a listener. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });

describe("a server that cannot be reached", () => {
  it("is reported for each failed attempt; ready stays pending, and stop is prompt", async () => {
    const events = new Collector<ManagerEvent>();
    const servers = `nats://user:hunter2@127.0.0.1:${await freePort()}`;
    const manager = createDriverManager({
      driver,
      servers,
      console: false,
      handleSignals: false,
      onEvent: (event) => events.add(event),
    });
    let ready = false;
    manager.ready.then(() => ready = true, () => {});
    const running = manager.run();
    await events.until((items) =>
      items.filter(({ type }) => type === "connect-failed").length === 2
    );
    const failure = await events.find((event) => event.type === "connect-failed");
    expect(failure).toMatchObject({ type: "connect-failed", attempt: 1 });
    expect(JSON.stringify(failure)).not.toContain("hunter2");
    expect(failure).toHaveProperty("error.message", expect.stringMatching(/127\.0\.0\.1:\d+/));
    expect(ready).toBe(false);
    expect(manager.state).toBe("connecting");
    await manager.stop();
    await running;
    expect(manager.state).toBe("stopped");
  });

  it("is connected to as soon as it is started", async () => {
    const port = await freePort();
    const events = new Collector<ManagerEvent>();
    const manager = createDriverManager({
      driver,
      servers: `nats://127.0.0.1:${port}`,
      console: false,
      handleSignals: false,
      onEvent: (event) => events.add(event),
    });
    const running = manager.run();
    await events.find((event) => event.type === "connect-failed");
    await using _server = await startNatsServer({ port });
    await events.find((event) => event.type === "waiting-for-stream");
    expect(manager.state).toBe("binding");
    await manager.stop();
    await running;
  });
});
