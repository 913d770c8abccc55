import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConnectionError } from "../../../../src/errors.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import type { Connection, ConnectionStatus } from "../../../../src/transport/transport.ts";
import { type NatsCluster, startNatsCluster } from "../../../support/nats_cluster.ts";
import {
  bytes,
  consumer,
  Inbox,
  listen,
  startPull,
  text,
  unique,
  until,
} from "../../support/world.ts";

let cluster: NatsCluster;
/** A connection of another client, to look up the leaders. */
let observer: NatsConnection;
beforeAll(async () => {
  cluster = await startNatsCluster();
  observer = await connect({ servers: [...cluster.urls], maxReconnectAttempts: -1 });
});
afterAll(async () => {
  await observer.close();
  await cluster[Symbol.asyncDispose]();
});

async function replicated(connection: Connection) {
  const stream = unique("replicated-");
  const subject = `${stream}.a`;
  const ensure = () =>
    connection.ensureStream({ name: stream, subjects: [subject], retention: "limits", replicas: 3 })
      .catch((error) => {
        expect(error).toBeInstanceOf(ConnectionError);
      });
  // A restarted server does not count as a peer at once.
  await until(ensure, (created) => created !== undefined);
  // A message on its way to a connection of the killed server is redelivered after the ack wait.
  const config = consumer([subject], { ackWaitMs: 3000 });
  await connection.ensureConsumer(stream, config);
  return { stream, subject, durable: config.durable };
}

/** Publishes with one message id until it is confirmed, as the manager does. */
async function publishUntilConfirmed(connection: Connection, subject: string, id: string) {
  for (;;) {
    try {
      return await connection.publishConfirmed(subject, bytes(id), { messageId: id });
    } catch {
      expect(connection.server).not.toBe("");
    }
  }
}

/** Asks the leader of a consumer to step down, through any server: a restarted one does not respond for some time. */
async function stepDown(stream: string, durable: string): Promise<boolean> {
  const client = await connect({ servers: [...cluster.urls] });
  const asked = client.request(`$JS.API.CONSUMER.LEADER.STEPDOWN.${stream}.${durable}`);
  return await asked.then(() => true, () => false).finally(() => client.close());
}

describe("a cluster", () => {
  test("loses no message and stores none twice when a stream's leader is killed under load", async () => {
    const connection = await connectBroker({ servers: cluster.urls });
    const { stream, subject, durable } = await replicated(connection);
    const puller = await connectBroker({ servers: [...cluster.urls].reverse() });
    const received = new Set<string>();
    const all = 300;
    const done = new Promise<void>((resolve, reject) => {
      const pulling = puller.pull(stream, durable, {
        onMessage(delivery) {
          delivery.ack();
          received.add(text(delivery.data));
          if (received.size === all) resolve();
          void pulling.then((pull) => pull.demand(5));
        },
        onLost: reject,
      });
      pulling.then((pull) => pull.demand(5), reject);
    });
    const ids = Array.from({ length: all }, (_, index) => `message-${index}`);
    const publish = async (from: number, to: number) => {
      const batch = ids.slice(from, to);
      await Promise.all(batch.map((id) => publishUntilConfirmed(connection, subject, id)));
    };
    await publish(0, 100);
    const manager = await jetstreamManager(observer);
    // While a stream has no leader, nothing responds.
    const info = () => manager.streams.info(stream).catch(() => undefined);
    const before = await until(info, (found) => found?.cluster?.leader !== undefined);
    const leader = cluster.node(before!.cluster!.leader!);
    const publishing = publish(100, 200);
    await leader.kill("SIGKILL");
    await publishing;
    await leader.restart();
    await publish(200, all);
    await done;
    expect((await connection.streamInfo(stream))!.messages).toBe(all);
    await Promise.all([connection.close(), puller.close()]);
  });

  test("keeps pulls when a consumer moves to another leader", async () => {
    const connection = await connectBroker({ servers: cluster.urls });
    const { stream, subject, durable } = await replicated(connection);
    const { pull, inbox, notices, losses } = await startPull(connection, stream, durable, 2);
    await publishUntilConfirmed(connection, subject, "before");
    (await inbox.next()).ack();
    await until(() => stepDown(stream, durable), Boolean);
    await publishUntilConfirmed(connection, subject, "after");
    expect(text((await inbox.next()).data)).toBe("after");
    expect([losses(), notices.every((notice) => notice.includes(durable))]).toEqual([0, true]);
    await pull.stop();
    await connection.close();
  });

  test("reports its other servers, so that one address is enough", async () => {
    const [first] = cluster.nodes;
    const connection = await connectBroker({ servers: [first!.url] });
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    await first!.kill("SIGKILL");
    while ((await seen.next()).type !== "reconnected");
    expect(cluster.urls.slice(1)).toContain(connection.server);
    await first!.restart();
    await connection.close();
  });

  test("moves connections from a server in lame duck mode without an interruption", async () => {
    const [first] = cluster.nodes;
    const connection = await connectBroker({ servers: [first!.url] });
    const seen = new Inbox<ConnectionStatus>();
    connection.onStatus((status) => seen.put(status));
    const subject = unique("core");
    const { inbox } = await listen(connection, subject);
    process.kill(first!.pid, "SIGUSR2");
    while ((await seen.next()).type !== "reconnected");
    expect(connection.server).not.toBe(first!.url);
    connection.publish(subject, bytes("still here"));
    expect(text((await inbox.next()).data)).toBe("still here");
    await connection.close();
    await first!.restart();
  });
});
