import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/logger/create_logger.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";
import type { LogRecord, LogSink } from "../../src/logger/record.ts";
import type { SinkTotals } from "../../src/logger/sink_stats.ts";

/** A sink that stores a line when it is told to. */
function heldSink(name = "held") {
  const waiting: { record: LogRecord; store: () => void; refuse: (error: Error) => void }[] = [];
  let arrived = () => {};
  const sink = Object.assign(
    (record: LogRecord) =>
      new Promise<void>((store, refuse) => {
        waiting.push({ record, store, refuse });
        arrived();
      }),
    { sinkName: name },
  );
  const count = async (lines: number) => {
    while (waiting.length < lines) await new Promise<void>((resolve) => arrived = resolve);
  };
  return { sink, waiting, count };
}

const run = { driver: "deploy", runId: "run-1" };

describe("flush()", () => {
  it("resolves when what was written before it is stored, whatever comes after", async () => {
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

  it("waits for an earlier line although a later one is stored", async () => {
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

  it("waits as long as another flush of the same lines", async () => {
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

  it("asks a sink to send what it holds back, and never rejects", async () => {
    let asked = 0;
    const sink: LogSink = Object.assign(() => {}, {
      flush: () => {
        asked++;
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
    expect(asked).toBe(0);
    logger.info("x");
    await logger.flush();
    expect(asked).toBe(1);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining("cannot flush")]);
  });

  it("gives a sink up that never answers, and counts its lines as failed", async () => {
    const { sink } = heldSink("deaf");
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
    expect(logger.stats()).toMatchObject([{ sink: "deaf", accepted: 2, stored: 0, failed: 2 }]);
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

  it("resolves at once when there is nothing to wait for", async () => {
    await createLogger({ ...run, sinks: [] }).flush();
    await createLogger({ ...run, sinks: [memorySink()] }).flush();
  });
});

describe("a sink that fails", () => {
  const failing: LogSink = Object.assign(() => Promise.reject(new Error("disk full")), {
    sinkName: "disk",
  });

  it("is counted, reported once, and keeps no line from another sink", async () => {
    const memory = memorySink();
    const errors: string[] = [];
    const logger = createLogger({
      ...run,
      sinks: [failing, memory],
      onSinkError: (_, sink) => errors.push(sink),
    });
    for (let line = 1; line <= 3; line++) logger.info(`line ${line}`);
    await logger.flush();
    await logger.flush();
    expect(errors).toEqual(["disk"]);
    expect(memory.messages).toEqual([
      "line 1",
      "line 2",
      "line 3",
      "cannot store log lines in disk: disk full; the run continues, and its log there is incomplete",
    ]);
    expect(logger.stats()).toMatchObject([
      { sink: "disk", accepted: 3, stored: 0, failed: 3, dropped: 0, bytes: 0 },
      { sink: "memory", accepted: 4, stored: 4, failed: 0, dropped: 0 },
    ]);
  });

  it("may throw instead of rejecting, and may be an arrow function that gives something back", async () => {
    const lines: string[] = [];
    const thrower: LogSink = () => {
      throw new Error("thrown");
    };
    const logger = createLogger({
      ...run,
      sinks: [
        thrower,
        (record) => void lines.push(record.message),
        (() => 42) as unknown as LogSink,
      ],
      onSinkError: () => {
        throw new Error("the hook fails too");
      },
    });
    logger.info("x");
    await logger.flush();
    await logger.flush();
    expect(lines).toEqual([
      "x",
      expect.stringContaining("thrown; the run continues"),
      "onSinkError threw: the hook fails too",
    ]);
    expect(logger.stats().map(({ stored, failed }) => stored + failed)).toEqual([1, 3, 3]);
  });

  it("does not hold up a stream for ever when it does nothing at all", async () => {
    const { sink } = heldSink("deaf");
    const errors: string[] = [];
    const logger = createLogger({
      ...run,
      sinks: [sink],
      maxBufferedLines: 10,
      flushTimeoutMs: 20,
      onSinkError: (_, name) => errors.push(name),
    });
    const writer = logger.writable().getWriter();
    for (let line = 0; line < 100; line++) await writer.write(`${line}\n`);
    await writer.close();
    await logger.flush();
    expect(errors).toEqual(["deaf"]);
    // Ten lines, and the one that tells of the others.
    expect(logger.stats()).toMatchObject([{ stored: 0, failed: 11, dropped: 90 }]);
  });

  it("shows no secret in the report of its failure", async () => {
    const memory = memorySink();
    const leaky: LogSink = () => Promise.reject(new Error("refused token abcd1234"));
    const logger = createLogger({ ...run, sinks: [leaky, memory], secrets: ["abcd1234"] });
    logger.info("x");
    await logger.flush();
    await logger.flush();
    expect(memory.messages.join()).toContain("refused token ***");
  });

  it("does not hold up a stream", async () => {
    const logger = createLogger({
      ...run,
      sinks: [failing],
      maxBufferedLines: 10,
      onSinkError() {},
    });
    const writer = logger.writable().getWriter();
    for (let line = 0; line < 1000; line++) await writer.write(`${line}\n`);
    await writer.close();
    await logger.flush();
    const [stats] = logger.stats();
    expect(stats!.failed + stats!.dropped).toBe(1000);
  });
});

describe("a buffer that is full", () => {
  it("drops the lines that come, and one line at their place says how many", async () => {
    const { sink, waiting, count } = heldSink();
    const logger = createLogger({ ...run, sinks: [sink], maxBufferedLines: 3 });
    for (let line = 1; line <= 10; line++) logger.info(`line ${line}`);
    await count(3);
    for (const each of waiting.splice(0)) each.store();
    logger.info("later");
    await count(2);
    for (const each of waiting) each.store();
    const messages = waiting.map(({ record }) => record.message);
    expect(messages).toEqual([
      "… 7 lines dropped: they were written faster than they could be stored",
      "later",
    ]);
    expect(waiting[0]!.record.timestamp < waiting[1]!.record.timestamp).toBe(true);
    await logger.flush();
    expect(logger.stats()).toMatchObject([{ accepted: 5, stored: 5, dropped: 7 }]);
  });

  it("of one sink takes nothing from another", async () => {
    const { sink, waiting, count } = heldSink("slow");
    const memory = memorySink();
    const logger = createLogger({ ...run, sinks: [sink, memory], maxBufferedLines: 4 });
    for (let line = 1; line <= 12; line++) {
      logger.info(`line ${line}`);
      await Promise.resolve();
    }
    await count(4);
    const flushed = logger.flush();
    await count(5);
    for (const each of waiting) each.store();
    await flushed;
    expect(memory.messages.length).toBe(12);
    expect(waiting.map(({ record }) => record.message).at(-1)).toContain("8 lines dropped");
    expect(logger.stats()).toMatchObject([{ stored: 5, dropped: 8 }, { stored: 12, dropped: 0 }]);
  });

  it("of one sink tells of dropped lines at their place, as soon as there is room again", async () => {
    const { sink, waiting, count } = heldSink("slow");
    const logger = createLogger({ ...run, sinks: [sink], maxBufferedLines: 2 });
    for (let line = 1; line <= 5; line++) {
      logger.info(`line ${line}`);
      await Promise.resolve();
    }
    await count(2);
    for (const each of waiting.splice(0)) each.store();
    logger.info("line 6");
    await count(2);
    expect(waiting.map(({ record }) => record.message))
      .toEqual([expect.stringContaining("… 3 lines dropped"), "line 6"]);
    for (const each of waiting) each.store();
    await logger.flush();
    expect(logger.stats()).toMatchObject([{ stored: 4, dropped: 3 }]);
  });

  it("tells of dropped lines at the latest when it is flushed", async () => {
    const memory = memorySink();
    const logger = createLogger({ ...run, sinks: [memory], maxBufferedLines: 2 });
    for (let line = 1; line <= 5; line++) logger.info(`line ${line}`);
    await logger.flush();
    expect(memory.messages).toEqual([
      "line 1",
      "line 2",
      expect.stringContaining("… 3 lines dropped"),
    ]);
  });

  it("holds a stream back until there is room, so that no line of it is dropped", async () => {
    const { sink, waiting, count } = heldSink();
    const logger = createLogger({ ...run, sinks: [sink], maxBufferedLines: 20 });
    const writer = logger.writable().getWriter();
    let most = 0;
    const written = writer.write(Array.from({ length: 500 }, (_, line) => `${line}\n`).join(""));
    const seen: string[] = [];
    while (seen.length < 500) {
      await count(1);
      most = Math.max(most, waiting.length);
      for (const each of waiting.splice(0)) {
        seen.push(each.record.message);
        each.store();
      }
    }
    await written;
    expect(seen).toEqual(Array.from({ length: 500 }, (_, line) => String(line)));
    expect(most).toBeLessThanOrEqual(20);
    expect(logger.stats()).toMatchObject([{ dropped: 0 }]);
  });

  it("counts characters as well as lines", async () => {
    const memory = memorySink();
    const logger = createLogger({ ...run, sinks: [memory], maxBufferedSize: 100 });
    for (let line = 0; line < 5; line++) logger.info("x".repeat(60));
    await logger.flush();
    expect(memory.messages.at(-1)).toContain("… 3 lines dropped");
  });
});

describe("totals", () => {
  it("add up what several loggers did, by the sink's name", async () => {
    const totals: SinkTotals = new Map();
    for (const runId of ["a", "b"]) {
      await using logger = createLogger({ driver: "deploy", runId, sinks: [memorySink()], totals });
      logger.info("four");
    }
    expect([...totals.values()]).toEqual([
      { sink: "memory", accepted: 2, stored: 2, failed: 0, dropped: 0, bytes: 8 },
    ]);
  });
});
