import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConnectionError, TimeoutError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type {
  Connection,
  ConnectionStatus,
  Delivery,
} from "../../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { startTcpProxy } from "../../../support/tcp_proxy.ts";
import { webSocketTransport } from "../../../support/web_socket.ts";
import {
  bytes,
  consumer,
  Inbox,
  listen,
  makeStream,
  startPull,
  text,
  unique,
  until,
} from "../../support/world.ts";

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer({ websocket: true });
});
afterAll(() => server.stop());

/** A connection, and its status events. */
async function watched(
  url: string,
): Promise<{ connection: Connection; seen: Inbox<ConnectionStatus> }> {
  const connection = await connectBroker(
    { servers: [url] },
    url.startsWith("ws") ? webSocketTransport() : undefined,
  );
  const seen = new Inbox<ConnectionStatus>();
  connection.onStatus((status) => seen.put(status));
  return { connection, seen };
}

/** Waits for a kind of status. */
async function saw(seen: Inbox<ConnectionStatus>, type: ConnectionStatus["type"]): Promise<void> {
  while ((await seen.next()).type !== type);
}

/** The next message, except one whose delivery a killed server has lost: that is acknowledged again. */
async function nextNew(inbox: Inbox<Delivery>): Promise<Delivery> {
  for (;;) {
    const delivery = await inbox.next();
    if (text(delivery.data) !== "before") return delivery;
    delivery.ack();
  }
}

/** A stream on disk with one consumer. */
async function prepare(connection: Connection) {
  const { stream, subject } = await makeStream(connection, "interest", { storage: "file" });
  const config = consumer([subject("a")]);
  await connection.ensureConsumer(stream, config);
  return { stream, subject: subject("a"), config };
}

describe("a server that is killed and restarted", () => {
  test("gets its connections, pulls and subscriptions back, over TCP and WebSocket at the same time", async () => {
    const clients = await Promise.all([server.url, server.wsUrl].map(async (url) => {
      const { connection, seen } = await watched(url);
      const { stream, subject, config } = await prepare(connection);
      const { pull, inbox } = await startPull(connection, stream, config.durable, 4); // One may come twice.
      const core = await listen(connection, `${subject}.core`);
      await connection.publishConfirmed(subject, bytes("before"));
      return { connection, seen, stream, subject, config, pull, inbox, core };
    }));
    const before = await Promise.all(clients.map(({ inbox }) => inbox.next()));
    await server.kill("SIGKILL");
    const stored = await Promise.all(clients.map(async ({ connection, seen, subject }, at) => {
      await saw(seen, "disconnected");
      expect(connection.connected).toBe(false);
      before[at]!.ack();
      connection.publish(`${subject}.core`, bytes("buffered"));
      return [connection.publishConfirmed(subject, bytes("meanwhile"), { messageId: "1" })];
    }));
    await server.restart();
    await Promise.all(clients.map(async (client, at) => {
      const { connection, seen, stream, subject, config, pull, inbox, core } = client;
      await saw(seen, "reconnected");
      expect(connection.connected).toBe(true);
      expect((await stored[at]![0]!).stream).toBe(stream);
      expect(text((await nextNew(inbox)).data)).toBe("meanwhile");
      expect(text((await core.inbox.next()).data)).toBe("buffered");
      await connection.publishConfirmed(subject, bytes("after"));
      expect(text((await nextNew(inbox)).data)).toBe("after");
      expect(inbox.all.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
      await until(
        () => connection.consumerInfo(stream, config.durable),
        (info) => info?.ackPending === 2,
      );
      await pull.stop();
      await connection.close();
    }));
  });

  test("stores a message once that was sent again because its acknowledgement was lost", async () => {
    await using proxy = await startTcpProxy(server.port);
    const { connection, seen } = await watched(`nats://127.0.0.1:${proxy.port}`);
    const direct = await watched(server.url);
    const { stream, subject } = await makeStream(direct.connection, "limits");
    const observed = await listen(direct.connection, subject("a"));
    proxy.freeze();
    const stored = connection.publishConfirmed(subject("a"), bytes("once"), { messageId: "1" });
    const lost = connection.publishConfirmed(subject("b"), bytes(""), { timeoutMs: 1000 });
    lost.catch(() => undefined);
    proxy.cut();
    await saw(seen, "reconnected");
    expect((await stored).stream).toBe(stream);
    await observed.inbox.next();
    await expect(lost).rejects.toThrow(TimeoutError);
    expect((await direct.connection.streamInfo(stream))!.messages).toBe(1);
    await Promise.all([connection.close(), direct.connection.close()]);
  });

  test("ends a pull whose consumer was deleted during the outage", async () => {
    await using proxy = await startTcpProxy(server.port);
    const { connection } = await watched(`nats://127.0.0.1:${proxy.port}`);
    const direct = await watched(server.url);
    const { stream, config } = await prepare(connection);
    const { lost } = await startPull(connection, stream, config.durable, 1);
    await connection.flush();
    proxy.cut();
    await direct.connection.deleteConsumer(stream, config.durable);
    expect(await lost).toMatchObject({ reason: "consumer-deleted" });
    await Promise.all([connection.close(), direct.connection.close()]);
  });
});

describe.concurrent("a connection that is half open", () => {
  test("is dropped and restored, and its pull continues", async () => {
    await using proxy = await startTcpProxy(server.port);
    const { connection, seen } = await watched(`nats://127.0.0.1:${proxy.port}`);
    const direct = await watched(server.url);
    const { stream, subject, config } = await prepare(connection);
    const { pull, inbox } = await startPull(connection, stream, config.durable, 1);
    await connection.publishConfirmed(subject, bytes("before"));
    await (await inbox.next()).ackConfirmed();
    pull.demand(1);
    await connection.flush();
    proxy.freeze();
    await direct.connection.publishConfirmed(subject, bytes("lost on the way"));
    await saw(seen, "disconnected");
    await saw(seen, "reconnected");
    await direct.connection.publishConfirmed(subject, bytes("after"));
    const after = await inbox.next();
    expect(["lost on the way", "after"]).toContain(text(after.data));
    expect(proxy.connections).toBe(2);
    await pull.stop();
    await Promise.all([connection.close(), direct.connection.close()]);
  });

  test("is detected by a request without a response", async () => {
    await using proxy = await startTcpProxy(server.port);
    const { connection, seen } = await watched(`nats://127.0.0.1:${proxy.port}`);
    proxy.freeze();
    const info = connection.streamInfo(unique("none"));
    await saw(seen, "reconnected");
    expect(await info).toBeUndefined();
    await connection.close();
  });

  test("can be closed although the server does not respond", async () => {
    await using proxy = await startTcpProxy(server.port);
    const { connection } = await watched(`nats://127.0.0.1:${proxy.port}`);
    proxy.freezeAll();
    const waiting = connection.streamInfo("stream");
    const refused = expect(waiting).rejects.toThrow(ConnectionError);
    await connection.close();
    await refused;
    expect(await connection.closed).toBeUndefined();
  });

  test("can be closed while it is being restored, and stays closed", async () => {
    const proxy = await startTcpProxy(server.port);
    const { connection, seen } = await watched(`nats://127.0.0.1:${proxy.port}`);
    await proxy[Symbol.asyncDispose]();
    await saw(seen, "reconnecting");
    await connection.close();
    expect(seen.all.at(-1)).toEqual({ type: "closed" });
    expect(() => connection.publish("a", bytes(""))).toThrow(ConnectionError);
  });
});
