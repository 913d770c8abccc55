import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { memorySink } from "../../../src/logger/sinks/memory_sink.ts";
import { heldSink } from "../support/held_sink.ts";

const run = { driver: "deploy", runId: "run-1" };

describe("a full buffer", () => {
  it("drops further lines, and one line in their place reports how many", async () => {
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

  it("of one sink does not affect another", async () => {
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

  it("of one sink reports dropped lines in their place with the next line it accepts", async () => {
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

  it("reports dropped lines at the next flush", async () => {
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

  it("stops a stream before it is full, so that none of its lines is dropped", async () => {
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
