import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import type { LogSink } from "../../../src/logger/record.ts";
import { memorySink } from "../../../src/logger/sinks/memory_sink.ts";
import { heldSink } from "../support/held_sink.ts";

const run = { driver: "deploy", runId: "run-1" };

describe("flush()", () => {
  it("resolves when the earlier lines are stored, not the later ones", async () => {
    const { sink, waiting, count } = heldSink();
    const logger = createLogger({ ...run, sinks: [sink] });
    logger.info("before");
    let flushed = false;
    const flush = logger.flush().then(() => flushed = true);
    await count(1);
    logger.info("after");
    await count(2);
    expect(flushed).toBe(false);
    waiting[0]!.store();
    await flush;
    expect(waiting.map(({ record }) => record.message)).toEqual(["before", "after"]);
  });

  it("waits for an earlier line when a later one is stored first", async () => {
    const { sink, waiting, count } = heldSink();
    const logger = createLogger({ ...run, sinks: [sink] });
    logger.info("first");
    logger.info("second");
    await count(2);
    let flushed = false;
    const flush = logger.flush().then(() => flushed = true);
    waiting[1]!.store();
    await Promise.resolve();
    expect(flushed).toBe(false);
    waiting[0]!.store();
    await flush;
  });

  it("waits like another flush of the same lines", async () => {
    const { sink, waiting, count } = heldSink();
    const logger = createLogger({ ...run, sinks: [sink] });
    logger.info("x");
    const done: number[] = [];
    const flushes = [1, 2].map((flush) => logger.flush().then(() => done.push(flush)));
    await count(1);
    expect(done).toEqual([]);
    waiting[0]!.store();
    await Promise.all(flushes);
    expect(logger.stats()).toMatchObject([{ stored: 1, failed: 0 }]);
  });

  it("flushes a sink that has received lines, and never rejects", async () => {
    let flushes = 0;
    const sink: LogSink = Object.assign(() => {}, {
      flush: () => {
        flushes++;
        return Promise.reject(new Error("cannot flush"));
      },
    });
    const errors: Error[] = [];
    const logger = createLogger({
      ...run,
      sinks: [sink],
      onSinkError: (error) => errors.push(error),
    });
    await logger.flush();
    expect(flushes).toBe(0);
    logger.info("x");
    await logger.flush();
    expect(flushes).toBe(1);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining("cannot flush")]);
  });

  it("times out on a sink that never settles, and counts its lines as failed", async () => {
    const { sink } = heldSink("stuck");
    const errors: string[] = [];
    const logger = createLogger({
      ...run,
      sinks: [sink],
      flushTimeoutMs: 20,
      onSinkError: (error, name) => errors.push(`${name}: ${error.message}`),
    });
    logger.info("one");
    logger.info("two");
    await logger.flush();
    expect(logger.stats()).toMatchObject([{ sink: "stuck", accepted: 2, stored: 0, failed: 2 }]);
    expect(errors).toEqual([expect.stringContaining("neither stored nor refused")]);
  });

  it("waits without a limit when its time-out is Infinity", async () => {
    const { sink, waiting, count } = heldSink();
    const unlimited = createLogger({ ...run, sinks: [sink], flushTimeoutMs: Infinity });
    unlimited.info("slow");
    const flushed = unlimited.flush();
    await count(1);
    const other = createLogger({ ...run, sinks: [heldSink().sink], flushTimeoutMs: 20 });
    other.info("never stored");
    await other.flush();
    waiting[0]!.store();
    await flushed;
    expect(unlimited.stats()).toMatchObject([{ stored: 1, failed: 0 }]);
  });

  it("resolves at once without lines", async () => {
    for (const sinks of [[], [memorySink()]]) {
      await expect(createLogger({ ...run, sinks }).flush()).resolves.toBeUndefined();
    }
  });
});

describe("a sink that stores some lines at once and has others wait", () => {
  it("takes tens of thousands of waiting lines, of which it stores each at once", async () => {
    let leave = () => {};
    const held = new Promise<void>((resolve) => leave = resolve);
    let stored = 0;
    const sink: LogSink = Object.assign(() => stored++ === 0 ? held : undefined, {
      maxInFlight: 1,
    });
    const logger = createLogger({ ...run, sinks: [sink] });
    for (let line = 0; line < 50_000; line++) logger.info("x");
    const flushed = logger.flush();
    leave();
    await flushed;
    expect(stored).toBe(50_000);
  });
});
