import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { LOCK_BUCKET, ResourceLocks } from "../../../src/manager/session/resource_locks.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { IMPORTED_JETSTREAM } from "../../support/imported_jetstream.ts";
import { startLeafNode } from "../../support/leaf_node.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { until } from "../../transport/support/world.ts";

/** Longer than a test may last: a lock that is acquired was released, and the waiting process was told. */
const TTL_MS = 3_600_000;
const OWNER = { driver: "deploy", resource: "site" };

interface Place {
  readonly servers: readonly string[];
  readonly auth?: { readonly user: string; readonly password: string };
  readonly domain?: string;
  readonly apiPrefix?: string;
}

async function openLocks(place: Place, errors: Error[]) {
  const connection = await connectBroker(place);
  await until(() => connection.streamInfo("absent").then(() => true, () => false), Boolean);
  const reopen = () => connection.keyValue(LOCK_BUCKET, { ttlMs: TTL_MS, storage: "memory" });
  const onUnavailable = (error: Error) => errors.push(error);
  const bucket = new RecoverableBucket({
    connection,
    bucket: await reopen(),
    reopen,
    onUnavailable,
  });
  const onError = (error: Error) => errors.push(error);
  connection.onStatus((status) => status.type === "error" && onError(status.error));
  return { connection, locks: new ResourceLocks(bucket, { ttlMs: TTL_MS, onError }) };
}

/** Counts the consumers of the bucket of locks. */
async function countWatches({ servers, auth }: Place) {
  const admin = await connect({
    servers: [...servers],
    ...(auth && { user: auth.user, pass: auth.password }),
  });
  const { consumers } = await jetstreamManager(admin);
  return {
    count: async () => (await consumers.list(`KV_${LOCK_BUCKET}`).next()).length,
    [Symbol.asyncDispose]: () => admin.close(),
  };
}

/** Acquires a lock at one place, and then at the other, which has to wait until the first releases it. */
async function passOn(holding: Place, waiting: Place): Promise<void> {
  const errors: Error[] = [];
  const holder = await openLocks(holding, errors);
  const waiter = await openLocks(waiting, errors);
  await using watches = await countWatches(holding);

  const { signal } = new AbortController();
  const held = (await holder.locks.acquire(OWNER, signal, () => {}))!;
  let acquired = false;
  const acquiring = waiter.locks.acquire(OWNER, signal, () => {}).then((lock) => {
    acquired = true;
    return lock;
  });
  await until(watches.count, (count) => count === 1);
  expect(acquired).toBe(false);
  await held.release();
  await (await acquiring)!.release();
  await until(watches.count, (count) => count === 0);
  expect(errors).toEqual([]);
  await Promise.all([holder.connection.close(), waiter.connection.close()]);
}

describe("a process that waits for a lock is told of its release", () => {
  it("on a leaf node, by one at the hub", async () => {
    await using servers = await startLeafNode();
    await passOn({ servers: [servers.hub.url] }, { servers: [servers.leaf.url], domain: "hub" });
  });

  it("in an account that imports JetStream, by one in the account that exports it", async () => {
    await using server = await startNatsServer({ config: IMPORTED_JETSTREAM });
    const servers = [server.url];
    await passOn({ servers, auth: { user: "server", password: "x" } }, {
      servers,
      auth: { user: "drivers", password: "x" },
      apiPrefix: "server.api",
    });
  });
});

it("ends its watch when it stops waiting, and reports nothing when its connection is closed", async () => {
  await using servers = await startLeafNode();
  await using watches = await countWatches({ servers: [servers.hub.url] });
  const errors: Error[] = [];
  const { connection, locks } = await openLocks(
    { servers: [servers.leaf.url], domain: "hub" },
    errors,
  );
  await locks.acquire(OWNER, new AbortController().signal, () => {});
  for (const end of ["stop", "close"]) {
    const stop = new AbortController();
    const acquiring = locks.acquire(OWNER, stop.signal, () => {});
    await until(watches.count, (count) => count === 1);
    if (end === "close") await connection.close();
    stop.abort();
    expect(await acquiring).toBeUndefined();
    if (end === "stop") await until(watches.count, (count) => count === 0);
  }
  expect(errors).toEqual([]);
});

it("is lost when it cannot be renewed after the host has slept for its time", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const connection = await createMemoryTransport().connect({ servers: ["memory:"] });
  const reopen = () => connection.keyValue(LOCK_BUCKET, { ttlMs: 30_000 });
  const bucket = await reopen();
  const broken = { ...bucket, update: () => Promise.reject(new Error("no connection")) };
  const locks = new ResourceLocks(
    new RecoverableBucket({ connection, bucket: broken, reopen, onUnavailable: () => {} }),
    { ttlMs: 30_000, onError: () => {} },
  );
  let lost = 0;
  await locks.acquire(OWNER, new AbortController().signal, () => lost++);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toBe(0);
  vi.setSystemTime(Date.now() + 30_000); // The monotonic clock stands still meanwhile.
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toBe(1);
  await connection.close();
});
