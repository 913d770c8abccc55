import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, ConnectionError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { ConnectionStatus } from "../../../../src/transport/transport.ts";
import { type NatsServer, startNatsServer } from "../../../support/nats_server.ts";
import { startTcpProxy } from "../../../support/tcp_proxy.ts";
import { firstFailure } from "../../support/first_failure.ts";
import { bytes, Inbox, listen, text, unique } from "../../support/world.ts";

describe("connecting", () => {
  test("retries until the server is up, and reports every failed attempt", async () => {
    const server = await startNatsServer();
    await server.kill("SIGKILL");
    const failures = new Inbox<{ server: string; attempt: number; error: Error }>();
    const connecting = connectBroker({
      servers: [`nats://user:secret@127.0.0.1:${server.port}`],
      onAttemptFailed: (failure) => failures.put(failure),
    });
    const [first, second] = await failures.take(2);
    expect([first!.attempt, second!.attempt]).toEqual([1, 2]);
    expect(first!.error).toBeInstanceOf(ConnectionError);
    expect(first!.error.message).toContain(`cannot connect to nats://127.0.0.1:${server.port}`);
    expect(JSON.stringify(first) + first!.error.message).not.toContain("secret");
    await server.restart();
    await using connection = await connecting;
    expect(connection.server).toBe(`nats://127.0.0.1:${server.port}`);
    await connection.close();
    await server.stop();
  });

  test("rejects at once, with the signal's reason, when the signal fires", async () => {
    await using proxy = await startTcpProxy(1);
    proxy.freezeAll();
    const ending = new AbortController();
    const connecting = connectBroker({
      servers: [`nats://127.0.0.1:${proxy.port}`],
      attemptTimeoutMs: 60_000,
      signal: ending.signal,
    });
    ending.abort(new Error("no longer wanted"));
    await expect(connecting).rejects.toThrow("no longer wanted");
    const never = connectBroker({ servers: ["memory:"], signal: ending.signal });
    await expect(never).rejects.toThrow("no longer wanted");
  });

  test("ends an attempt without a response, and starts the next", async () => {
    const server = await startNatsServer({ websocket: true });
    for (const target of [server.url, server.wsUrl]) {
      await using proxy = await startTcpProxy(Number(new URL(target).port));
      proxy.freezeAll();
      const url = target.replace(/\d+$/, String(proxy.port));
      const { error } = await firstFailure({ servers: [url], attemptTimeoutMs: 200 }, webSocket);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error.message).toMatch(/no response within 200 ms|timeout/);
    }
    await server.stop();
  });

  test("tries the next server when one is down", async () => {
    const [gone, server] = await Promise.all([startNatsServer(), startNatsServer()]);
    await gone.kill("SIGKILL");
    await using connection = await connectBroker({ servers: [gone.url, server.url] });
    expect(connection.server).toBe(server.url);
    await connection.close();
    await Promise.all([gone.stop(), server.stop()]);
  });

  test("refuses an attempt timeout that is not above 0", async () => {
    const connecting = connectBroker({ servers: ["nats://127.0.0.1:1"], attemptTimeoutMs: 0 });
    await expect(connecting).rejects.toMatchObject({ code: "config", field: "attemptTimeoutMs" });
  });

  test("refuses invalid servers before anything is sent", async () => {
    for (
      const [servers, message] of [
        [[], "no server is given"],
        [["http://localhost"], "unknown scheme"],
        [["nats://user:secret@"], "unknown scheme"],
        [["nats://localhost", "ws://localhost"], "one scheme only"],
      ] as const
    ) {
      const connecting = connectBroker({ servers });
      await expect(connecting).rejects.toThrow(ConfigError);
      await expect(connecting).rejects.toThrow(message);
      await expect(connecting).rejects.not.toThrow("secret");
    }
  });
});

/** Node 20 has no global WebSocket. */
const webSocket: typeof connectBroker = async (options) => {
  const { webSocketTransport } = await import("../../../support/web_socket.ts");
  return await connectBroker(
    options,
    options.servers[0]?.startsWith("ws") ? webSocketTransport() : undefined,
  );
};

describe("a server that requires authentication", () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer({
      config: `authorization { users: [
        { user: "deploy bot", password: "p@ss:word/1" },
        { user: "limited", password: "x", permissions: {
          publish: { deny: "forbidden.>" }, subscribe: { deny: "secret.>" }
        } }
      ] }`,
    });
  });
  afterAll(() => server.stop());

  test("accepts user name and password from the URL or from the options", async () => {
    const user = encodeURIComponent("deploy bot");
    const password = encodeURIComponent("p@ss:word/1");
    for (
      const options of [
        { servers: [`nats://${user}:${password}@127.0.0.1:${server.port}`] },
        { servers: [server.url], auth: { user: "deploy bot", password: "p@ss:word/1" } },
      ]
    ) {
      await using connection = await connectBroker(options);
      expect(connection.server).toBe(server.url);
    }
  });

  test("refuses a wrong password, and no message contains it", async () => {
    const { error } = await firstFailure({
      servers: [server.url],
      auth: { user: "deploy bot", password: "wrong-one" },
    });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/authorization/i);
    expect(error.message).not.toContain("wrong-one");
  });

  test("fails a confirmed publish without permission at once", async () => {
    const options = { servers: [server.url], auth: { user: "limited", password: "x" } };
    await using connection = await connectBroker(options);
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    const refused = connection.publishConfirmed("forbidden.a", bytes(""), { timeoutMs: 60_000 });
    await expect(refused).rejects.toMatchObject({ code: "permission", subject: "forbidden.a" });
    connection.subscribe("secret.a", () => {});
    const status = await seen.next();
    expect(status.type === "error" && status.error.message).toContain("secret.a");
    expect(connection.connected).toBe(true);
  });

  test("accepts a token from the URL or from the options", async () => {
    const other = await startNatsServer({ config: `authorization { token: "t0k3n" }` });
    for (
      const options of [
        { servers: [`nats://t0k3n@127.0.0.1:${other.port}`] },
        { servers: [other.url], auth: { token: "t0k3n" } },
      ]
    ) {
      await using connection = await connectBroker(options);
      expect(connection.server).toBe(other.url);
    }
    await other.stop();
  });
});

describe("a connection", () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());

  test("continues when a handler throws, and reports the error", async () => {
    await using connection = await connectBroker({ servers: [server.url] });
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    const subject = unique("core");
    const fault = new Error("a handler's fault");
    connection.subscribe(subject, () => {
      throw fault;
    });
    const { inbox } = await listen(connection, subject);
    connection.publish(subject, bytes("one"));
    expect(text((await inbox.next()).data)).toBe("one");
    expect(await seen.next()).toEqual({ type: "error", error: fault });
    connection.publish(subject, bytes("two"));
    expect(text((await inbox.next()).data)).toBe("two");
  });

  test("shows its name in the server's monitoring", async () => {
    const other = await startNatsServer({ config: `http: "127.0.0.1:-1"` });
    const monitor = /Starting http monitor on (\S+)/.exec(other.log)![1];
    await using connection = await connectBroker({ servers: [other.url], name: "driver deploy" });
    const { connections } = await (await fetch(`http://${monitor}/connz`)).json();
    expect(connections[0].name).toBe("driver deploy");
    await connection.close();
    await other.stop();
  });

  test("refuses a server without TLS for a tls:// URL", async () => {
    const { error } = await firstFailure({ servers: [server.url.replace("nats:", "tls:")] });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("tls");
  });

  test("reports that JetStream is not enabled", async () => {
    const other = await startNatsServer({ jetstream: false });
    await using connection = await connectBroker({ servers: [other.url] });
    await expect(connection.streamInfo("messages")).rejects.toThrow(ConnectionError);
    await expect(connection.streamInfo("messages")).rejects.toThrow(/JetStream/);
    await connection.close();
    await other.stop();
  });
});
