import { afterEach, describe, expect, it, vi } from "vitest";
import { AttemptCounts } from "../../../src/manager/session/attempt_counts.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import type { KeyValue } from "../../../src/transport/transport.ts";

const KEY = { driver: "deploy", runId: "run", messageId: "message" };
const FIRST = { key: KEY, number: 1, redelivered: false };

/** What processes that share a bucket count, and how often they write to it. */
async function openCounts() {
  const connection = await connectBroker({ servers: ["memory:"] }, createMemoryTransport());
  const bucket = await connection.keyValue("outcomes", { ttlMs: 60_000 });
  let writes = 0;
  const counted: KeyValue = new Proxy(bucket, {
    get(target, name) {
      if (name === "put") writes++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const recoverable = new RecoverableBucket({
    connection,
    bucket: counted,
    reopen: () => Promise.resolve(),
    onUnavailable() {},
  });
  return {
    newProcess: () => new AttemptCounts(() => Promise.resolve(recoverable)),
    writes: () => writes,
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("loss 7, the counts of attempts,", () => {
  it("cost nothing for a first attempt that is short and ends with a result", async () => {
    const { newProcess, writes } = await openCounts();
    const counts = newProcess();
    expect(counts.begin(FIRST)).toBeUndefined();
    counts.recordLong();
    counts.end(FIRST);
    expect(writes()).toBe(0);
  });

  it("know of an attempt that threw, in another process", async () => {
    const { newProcess } = await openCounts();
    const counts = newProcess();
    void counts.begin(FIRST);
    await counts.endWithoutResult(FIRST, "failed");
    expect(await newProcess().made(KEY)).toMatchObject({ count: 1 });
  });

  it("know of a first attempt that was long when its process crashed", async () => {
    const { newProcess } = await openCounts();
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const counts = newProcess();
    void counts.begin(FIRST);
    now.mockReturnValue(999);
    counts.recordLong();
    expect(await newProcess().made(KEY)).toMatchObject({ count: 0 });
    now.mockReturnValue(1000);
    counts.recordLong();
    await expect.poll(() => newProcess().made(KEY)).toMatchObject({ count: 1 });
  });

  it("know of a redelivered attempt before it begins", async () => {
    const { newProcess } = await openCounts();
    await newProcess().begin({ key: KEY, number: 4, redelivered: true });
    expect(await newProcess().made(KEY)).toMatchObject({ count: 4 });
  });

  it("know of an attempt that has begun and not ended, until it does", async () => {
    const { newProcess } = await openCounts();
    const counts = newProcess();
    const attempt = { key: KEY, number: 2, redelivered: true };
    await counts.begin(attempt);
    expect(await newProcess().made(KEY)).toEqual({ count: 2, unfinished: true });
    await counts.endWithoutResult(attempt, "lost");
    expect(await newProcess().made(KEY)).toEqual({ count: 2, unfinished: true });
    await counts.endWithoutResult(attempt, "failed");
    expect(await newProcess().made(KEY)).toEqual({ count: 2, unfinished: false });
  });

  it("leave out an attempt that the manager has stopped", async () => {
    const { newProcess, writes } = await openCounts();
    const counts = newProcess();
    void counts.begin(FIRST);
    await counts.endWithoutResult(FIRST, "stopped");
    expect(writes()).toBe(0);
    const second = { key: KEY, number: 2, redelivered: true };
    await counts.begin(second);
    await counts.endWithoutResult(second, "stopped");
    expect(await newProcess().made(KEY)).toMatchObject({ count: 1 });
  });

  it("are those of the process alone when there is no bucket", async () => {
    const counts = new AttemptCounts(() => Promise.resolve(undefined));
    void counts.begin(FIRST);
    await counts.endWithoutResult(FIRST, "failed");
    expect(await counts.made(KEY)).toMatchObject({ count: 1 });
    expect([counts.failedValidation(KEY), counts.failedValidation(KEY)]).toEqual([1, 2]);
  });
});
