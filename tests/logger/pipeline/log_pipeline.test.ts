import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import type { LogSink } from "../../../src/logger/record.ts";
import { memorySink } from "../../../src/logger/sinks/memory_sink.ts";
import { heldSink } from "../support/held_sink.ts";

const run = { driver: "deploy", runId: "run-1" };

describe("a sink that fails", () => {
  const failing: LogSink = Object.assign(() => Promise.reject(new Error("disk full")), {
    sinkName: "disk",
  });

  it("is counted, reported once, and does not affect other sinks", async () => {
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

  it("may throw instead of rejecting, and may return any value", async () => {
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
        throw new Error("hook failed");
      },
    });
    logger.info("x");
    await logger.flush();
    await logger.flush();
    expect(lines).toEqual([
      "x",
      expect.stringContaining("thrown; the run continues"),
      "onSinkError threw: hook failed",
    ]);
    expect(logger.stats().map(({ stored, failed }) => stored + failed)).toEqual([1, 3, 3]);
  });

  it("stops a stream no longer than flushTimeoutMs when it never settles", async () => {
    const { sink } = heldSink("stuck");
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
    expect(errors).toEqual(["stuck"]);
    // Ten lines, and the one that reports the others.
    expect(logger.stats()).toMatchObject([{ stored: 0, failed: 11, dropped: 90 }]);
  });

  it("has no secret in the report of its failure", async () => {
    const memory = memorySink();
    const leaky: LogSink = () => Promise.reject(new Error("refused token abcd1234"));
    const logger = createLogger({ ...run, sinks: [leaky, memory], secrets: ["abcd1234"] });
    logger.info("x");
    await logger.flush();
    await logger.flush();
    expect(memory.messages.join()).toContain("refused token ***");
  });

  it("does not stop a stream", async () => {
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
