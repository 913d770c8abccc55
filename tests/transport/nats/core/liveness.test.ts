import type { NatsConnection } from "@nats-io/nats-core";
import { expect, it, onTestFinished, vi } from "vitest";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { Liveness } from "../../../../src/transport/nats/core/liveness.ts";
import { startNatsServer } from "../../../support/nats_server.ts";
import { startSlowProxy } from "../../../support/slow_proxy.ts";
import { webSocketTransport } from "../../../support/web_socket.ts";

const LARGE = 700_000;

it.each(["nats", "ws"])(
  "a response behind a large message on a slow link is waited for, over %s://",
  async (scheme) => {
    await using server = await startNatsServer({ websocket: true });
    const port = scheme === "ws" ? Number(new URL(server.wsUrl).port) : server.port;
    await using proxy = await startSlowProxy(port, 150);
    await using publisher = await connectBroker({ servers: [server.url] });
    const connection = await connectBroker(
      { servers: [`${scheme}://127.0.0.1:${proxy.port}`] },
      scheme === "ws" ? webSocketTransport() : undefined,
    );
    onTestFinished(() => connection.close());
    const statuses: string[] = [];
    connection.onStatus(({ type }) => statuses.push(type));
    const sizes: number[] = [];
    connection.subscribe("large", ({ data }) => sizes.push(data.length));
    await connection.flush();
    publisher.publish("large", new Uint8Array(LARGE));
    await publisher.flush();
    expect(await connection.streamInfo("none")).toBeUndefined();
    expect([sizes, statuses, proxy.connections]).toEqual([[LARGE], [], 1]);
  },
  30_000,
);

it("a connection after one that fell silent gets more time, until one responds", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let answers = false;
  const core = {
    flush: () => answers ? Promise.resolve() : new Promise(() => {}),
    closed: () => new Promise(() => {}),
    stats: () => ({ inBytes: 0 }),
  } as unknown as NatsConnection;
  const times: number[] = [];
  let liveness: Liveness | undefined;
  for (let connection = 1; connection <= 7; connection++) {
    answers = connection === 6;
    liveness = new Liveness(core, liveness);
    const from = performance.now();
    const responded = liveness.responds();
    await vi.runAllTimersAsync();
    expect(await responded).toBe(answers);
    times.push(performance.now() - from);
  }
  expect(times).toEqual([5000, 10_000, 20_000, 40_000, 40_000, 0, 5000]);
});
