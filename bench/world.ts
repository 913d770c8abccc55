/** A nats-server with a Conveyor server's streams, for measuring on. */

import { connect, type NatsConnection } from "@nats-io/transport-node";
import { jetstream, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { announceNatsServer } from "../tests/support/nats_binary.ts";
import { startNatsServer } from "../tests/support/nats_server.ts";

/** What every measurement needs. */
export interface BenchWorld extends AsyncDisposable {
  /** Where the server is. */
  readonly url: string;
  /** A connection for preparing and checking, never for what is measured. */
  readonly admin: NatsConnection;
  /** The process of the server. */
  readonly serverPid: number;
}

/** Starts a real nats-server with file storage and makes the v2 streams on it. */
export async function openBenchWorld(): Promise<BenchWorld> {
  await announceNatsServer();
  const server = await startNatsServer();
  const admin = await connect({ servers: server.url, noAsyncTraces: true });
  const jsm = await jetstreamManager(admin);
  const file = { storage: StorageType.File };
  await jsm.streams.add({
    ...file,
    name: "messages",
    subjects: ["resources.>", "events.>", "drivers.>"],
    retention: RetentionPolicy.Interest,
  });
  await jsm.streams.add({
    ...file,
    name: "pipeline-engine",
    subjects: ["pipelines.>"],
    retention: RetentionPolicy.Workqueue,
  });
  await jsm.streams.add({
    ...file,
    name: "logs-engine",
    subjects: ["logs.>"],
    retention: RetentionPolicy.Workqueue,
  });
  return {
    url: server.url,
    admin,
    serverPid: server.pid,
    async [Symbol.asyncDispose]() {
      await admin.close();
      await server.stop();
    },
  };
}

/** Removes all messages and all drivers' consumers, and what buckets hold: each measurement starts from the same. */
export async function clear({ admin }: BenchWorld): Promise<void> {
  const jsm = await jetstreamManager(admin);
  for await (const consumer of jsm.consumers.list("messages")) {
    await jsm.consumers.delete("messages", consumer.name);
  }
  for await (const { config } of jsm.streams.list()) await jsm.streams.purge(config.name);
}

/** How many results are stored. */
export async function storedResults({ admin }: BenchWorld): Promise<number> {
  const jsm = await jetstreamManager(admin);
  return (await jsm.streams.info("pipeline-engine")).state.messages;
}

const encoder = new TextEncoder();

let events = 0;

/** Another event, as the server sends it: a resource of a usual size in a driver message, with ids of its own. */
export function encodeEvent(): Uint8Array {
  const index = events++;
  const hex = index.toString(16).padStart(24, "0");
  const payload = JSON.stringify({
    id: hex,
    name: `site-${index}`,
    pipeline: "delivery",
    resource: "workflow",
    metadata: { version: "1" },
    spec: {
      region: "eu-north-1",
      image: "registry.test/site:1.2.3",
      replicas: 3,
      tags: ["a", "b"],
    },
  });
  const run = `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
  return encoder.encode(JSON.stringify({ event: "create", payload, id: hex, run_id: run }));
}

/** Makes a driver's consumer and stores `count` events for it. */
export async function loadEvents(
  { admin }: BenchWorld,
  driver: string,
  count: number,
  ackWaitMs = 30_000,
): Promise<void> {
  await addConsumer(admin, driver, "workflow", ackWaitMs);
  const js = jetstream(admin);
  for (let sent = 0; sent < count;) {
    const window = Math.min(500, count - sent);
    await Promise.all(
      Array.from(
        { length: window },
        () => js.publish("resources.workflow", encodeEvent()),
      ),
    );
    sent += window;
  }
}

/** Makes a driver's consumer. */
export async function addConsumer(
  admin: NatsConnection,
  driver: string,
  resource: string,
  ackWaitMs: number = 30_000,
): Promise<void> {
  const jsm = await jetstreamManager(admin);
  await jsm.consumers.add("messages", {
    durable_name: driver,
    filter_subjects: [`resources.${resource}`, `drivers.${driver}.resources.${resource}`],
    ack_policy: "explicit",
    deliver_policy: "all",
    ack_wait: ackWaitMs * 1_000_000,
    max_ack_pending: 1000,
    max_deliver: -1,
    description: `Conveyor driver ${driver}`,
  });
}
