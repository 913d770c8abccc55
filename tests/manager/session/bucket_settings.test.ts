import { type ApiError, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, it } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { apiError } from "../../../src/transport/nats/jetstream/api_errors.ts";
import { ensureBucket } from "../../../src/transport/nats/jetstream/buckets.ts";
import { startNatsServer } from "../../support/nats_server.ts";

async function open() {
  const server = await startNatsServer();
  const connection = await connectBroker({ servers: [server.url] });
  const admin = await connect({ servers: server.url });
  const { streams } = await jetstreamManager(admin);
  return {
    connection,
    streams,
    maxAge: async () => (await streams.info("KV_locks")).config.max_age / 1e6,
    async [Symbol.asyncDispose]() {
      await admin.close();
      await connection.close();
      await server.stop();
    },
  };
}

it("a bucket that keeps values for too short a time is changed, and never to a shorter one", async () => {
  await using world = await open();
  const { connection, maxAge } = world;
  await connection.keyValue("locks", { ttlMs: 2000 });
  expect(await maxAge()).toBe(2000);
  const bucket = await connection.keyValue("locks", { ttlMs: 30_000 });
  expect(await maxAge()).toBe(30_000);
  expect(await bucket.create("key", new Uint8Array([1]))).toBe(1);
  await connection.keyValue("locks", { ttlMs: 5000 });
  expect(await maxAge()).toBe(30_000);
});

it("a bucket that keeps values for ever stays so", async () => {
  await using world = await open();
  const { connection, streams, maxAge } = world;
  await streams.add({ name: "KV_locks", subjects: ["$KV.locks.>"], max_age: 0 });
  await connection.keyValue("locks", { ttlMs: 30_000 });
  expect(await maxAge()).toBe(0);
});

it("a bucket that is full refuses values and acknowledges them, whatever it did before", async () => {
  await using world = await open();
  const { connection, streams } = world;
  const limits = { max_msgs: 1, discard: "old", no_ack: true } as const;
  await streams.add({ name: "KV_locks", subjects: ["$KV.locks.>"], ...limits });
  const bucket = await connection.keyValue("locks", { ttlMs: 30_000 });
  const { config } = await streams.info("KV_locks");
  expect([config.max_msgs, config.discard, config.no_ack ?? false]).toEqual([1, "new", false]);
  await bucket.create("first", new Uint8Array([1]));
  await expect(bucket.create("second", new Uint8Array([1]))).rejects.toThrow(
    /maximum messages exceeded/,
  );
  expect(await bucket.get("first")).toBeDefined();
});

it("a bucket that is sealed is refused", async () => {
  await using world = await open();
  const { connection, streams } = world;
  await connection.keyValue("locks", { ttlMs: 2000 });
  await streams.update("KV_locks", { sealed: true } as object);
  await expect(connection.keyValue("locks", { ttlMs: 2000 })).rejects.toThrow(
    "cannot use the key-value bucket locks: it is sealed; delete it",
  );
});

it("a bucket that is kept in memory is refused where a file is wanted, and nowhere else", async () => {
  await using world = await open();
  const { connection } = world;
  const memory = { ttlMs: 2000, storage: "memory" } as const;
  await connection.keyValue("locks", memory);
  await connection.keyValue("locks", memory);
  await expect(connection.keyValue("locks", { ttlMs: 2000 })).rejects.toThrow(
    "cannot use the key-value bucket locks: it is in memory; delete it",
  );
  await connection.keyValue("others", { ttlMs: 2000 });
  await connection.keyValue("others", memory);
});

it("a bucket that cannot be changed is refused, with the numbers", async () => {
  await using world = await open();
  const { connection, streams } = world;
  await connection.keyValue("locks", { ttlMs: 2000 });
  const { config } = await streams.info("KV_locks");
  const refused = ensureBucket(
    async (action, call) => {
      const info = () => Promise.resolve({ config });
      try {
        return await call({ streams: { info, update: refuse } } as never);
      } catch (error) {
        throw apiError(action, error as ApiError);
      }
    },
    "locks",
    { ttlMs: 30_000 },
  );
  await expect(refused).rejects.toMatchObject({ code: "config" });
  await expect(refused).rejects.toThrow(/keeps values for 2000 ms.* needs 30000 ms.*no changes/);
});

/** No configuration of a server makes it refuse this change. */
function refuse(): Promise<never> {
  return Promise.reject({ code: 500, err_code: 10052, description: "no changes" });
}

it("a single server that cannot keep more copies is no obstacle", async () => {
  await using world = await open();
  const { connection, streams } = world;
  await connection.keyValue("locks", { ttlMs: 2000 });
  // Some servers refuse the change, others take it and keep the one copy.
  const bucket = await connection.keyValue("locks", { ttlMs: 2000, replicas: 3 });
  expect(await bucket.put("a", new Uint8Array([1]))).toBe(1);
  expect((await streams.info("KV_locks")).cluster?.replicas ?? []).toEqual([]);
});
