import { describe, expect, test } from "vitest";
import { ConnectionError, TimeoutError } from "../../../src/errors.ts";
import type { Clock } from "../../../src/transport/clock.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import type { ConnectionStatus } from "../../../src/transport/transport.ts";
import {
  bytes,
  consumer,
  Inbox,
  makeStream,
  nextTask,
  startPull,
  text,
  unique,
} from "../support/world.ts";

/** A clock that only `advance` moves. */
function manualClock(): Clock & { advance(ms: number): void } {
  let now = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}

describe("memory URLs", () => {
  test("of one name share a broker, of two names do not", async () => {
    const name = unique("memory:broker-");
    const [one, two, other] = await Promise.all(
      [name, name, `${name}-other`].map((server) => connectBroker({ servers: [server] })),
    );
    const { stream, subject } = await makeStream(one!, "limits");
    await two!.publishConfirmed(subject("a"), bytes(""));
    expect((await one!.streamInfo(stream))!.messages).toBe(1);
    expect(await other!.streamInfo(stream)).toBeUndefined();
    await Promise.all([one!.close(), two!.close(), other!.close()]);
  });

  test("do not lead to a transport of createMemoryTransport", async () => {
    const url = unique("memory:broker-");
    const byUrl = await connectBroker({ servers: [url] });
    const separate = await connectBroker({ servers: [url] }, createMemoryTransport());
    const { stream } = await makeStream(byUrl, "limits");
    expect(await separate.streamInfo(stream)).toBeUndefined();
    await Promise.all([byUrl.close(), separate.close()]);
  });
});

describe("the memory broker's clock", () => {
  test("decides when an ack wait, a delay and a duplicate window expire", async () => {
    const clock = manualClock();
    const connection = await createMemoryTransport({ clock }).connect({ servers: [] });
    const { stream, subject } = await makeStream(connection, "limits", { duplicateWindowMs: 1000 });
    const config = consumer([subject("a")], { ackWaitMs: 30_000 });
    await connection.ensureConsumer(stream, config);
    const publish = () =>
      connection.publishConfirmed(subject("a"), bytes(""), { messageId: "run-1" });
    await publish();
    const { pull, inbox } = await startPull(connection, stream, config.durable, 10);
    const first = await inbox.next();
    clock.advance(29_999);
    await nextTask();
    expect(inbox.all).toHaveLength(1);
    await first.renew();
    clock.advance(29_999);
    await nextTask();
    expect(inbox.all).toHaveLength(1);
    clock.advance(1);
    const second = await inbox.next();
    second.nak(5000);
    clock.advance(4999);
    await nextTask();
    expect(inbox.all).toHaveLength(2);
    clock.advance(1);
    expect((await inbox.next()).deliveryCount).toBe(3);
    expect((await publish()).duplicate).toBe(false);
    expect((await publish()).duplicate).toBe(true);
    await pull.stop();
    await connection.close();
  });
});

describe("a memory transport that is disconnected", () => {
  test("buffers what is sent, and delivers what has not timed out when it is reconnected", async () => {
    const transport = createMemoryTransport();
    const connection = await transport.connect({ servers: ["memory:"] });
    const { stream, subject } = await makeStream(connection, "interest");
    const config = consumer([subject("a")]);
    await connection.ensureConsumer(stream, config);
    const { pull, inbox } = await startPull(connection, stream, config.durable, 5);
    await connection.publishConfirmed(subject("a"), bytes("before"));
    const before = await inbox.next();
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    transport.disconnect();
    transport.disconnect();
    expect(connection.connected).toBe(false);
    before.ack();
    const waiting = connection.publishConfirmed(subject("a"), bytes("meanwhile"));
    const late = connection.publishConfirmed(subject("a"), bytes("late"), { timeoutMs: 1 });
    await expect(late).rejects.toThrow(TimeoutError);
    expect(inbox.all).toHaveLength(1);
    transport.reconnect();
    await waiting;
    expect(text((await inbox.next()).data)).toBe("meanwhile");
    expect((await connection.consumerInfo(stream, config.durable))!.ackPending).toBe(1);
    expect(await connection.streamInfo(stream)).toMatchObject({ messages: 1 });
    const statuses = seen.all.map(({ type }) => type);
    expect(statuses).toEqual(["disconnected", "reconnecting", "reconnected"]);
    await pull.stop();
    await connection.close();
  });

  test("accepts no connection until it is reconnected", async () => {
    const transport = createMemoryTransport();
    transport.disconnect();
    const failures: string[] = [];
    const ending = new AbortController();
    const options = {
      servers: ["memory:"],
      onAttemptFailed: ({ error }: { error: Error }) => failures.push(error.message),
    };
    const abandoned = transport.connect({ ...options, signal: ending.signal });
    const connecting = transport.connect(options);
    ending.abort(new Error("no longer wanted"));
    await expect(abandoned).rejects.toThrow("no longer wanted");
    transport.reconnect();
    await using connection = await connecting;
    expect(connection.connected).toBe(true);
    expect(failures).toHaveLength(2);
  });

  test("fails pending requests when the connection is closed", async () => {
    const transport = createMemoryTransport();
    const connection = await transport.connect({ servers: ["memory:"] });
    transport.disconnect();
    const flushing = connection.flush();
    const refused = expect(flushing).rejects.toThrow(ConnectionError);
    await connection.close();
    await refused;
  });
});

test("a memory broker stores a copy of what is published", async () => {
  const connection = await createMemoryTransport().connect({ servers: [] });
  const { stream, subject } = await makeStream(connection, "limits");
  const config = consumer([subject("a")]);
  await connection.ensureConsumer(stream, config);
  const data = bytes("original");
  const published = connection.publishConfirmed(subject("a"), data);
  data.fill(0);
  await published;
  const { pull, inbox } = await startPull(connection, stream, config.durable, 2);
  const first = await inbox.next();
  first.data.fill(0);
  first.nak();
  expect(text((await inbox.next()).data)).toBe("original");
  await pull.stop();
  await connection.close();
});

test("a busy memory broker does not starve timers", async () => {
  const connection = await createMemoryTransport().connect({ servers: [] });
  let rounds = 0;
  let stopped = false;
  connection.subscribe("ping", () => {
    rounds++;
    if (!stopped) connection.publish("ping", bytes(""));
  });
  connection.publish("ping", bytes(""));
  await nextTask();
  stopped = true;
  expect(rounds).toBeGreaterThan(1);
  await connection.close();
});
