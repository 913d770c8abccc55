import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  createLogClock,
  formatTimestamp,
  partTimestamp,
  unixNanoseconds,
} from "../../src/logger/timestamp.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";
import { createLogger } from "../../src/logger/create_logger.ts";

describe("the clock", () => {
  it("strictly increases when the time stands still or goes back, and follows it again", () => {
    let now = 1_700_000_000_000;
    const clock = createLogClock(() => now);
    const times: string[] = [];
    const take = (count: number) => {
      for (let line = 0; line < count; line++) times.push(formatTimestamp(clock()));
    };
    take(2500);
    now -= 5000;
    take(10);
    now += 60_000;
    take(1);
    expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
    expect(times[0]).toBe("2023-11-14T22:13:20.000000000Z");
    expect(times[999]).toBe("2023-11-14T22:13:20.000999000Z");
    expect(times[1000]).toBe("2023-11-14T22:13:20.001000000Z");
    expect(times.at(-1)).toBe("2023-11-14T22:14:15.000000000Z");
  });

  it("leaves timestamps for the parts of a line before the next one", () => {
    const clock = createLogClock(() => 1_700_000_000_123);
    const [line, next] = [formatTimestamp(clock()), formatTimestamp(clock())];
    const parts = Array.from({ length: 1000 }, (_, part) => partTimestamp(line, part));
    expect(parts[0]).toBe(line);
    expect([...parts, next].every((time, index, all) => index === 0 || time > all[index - 1]!))
      .toBe(true);
    expect(unixNanoseconds(parts[7]!)).toBe("1700000000123000007");
  });
});

describe("timestamps", () => {
  it("strictly increase within a run, as text, over children, streams and a second logger", async () => {
    const sink = memorySink();
    for (let attempt = 0; attempt < 2; attempt++) {
      const logger = createLogger({ driver: "deploy", runId: "run-1", sinks: [sink] });
      const writer = logger.writable().getWriter();
      for (let line = 0; line < 3000; line++) {
        logger.info("a");
        logger.child({ c: "1" }).info("b");
        if (line % 1000 === 0) await writer.write("c\n");
      }
      await logger.close();
    }
    const times = sink.records.map(({ timestamp }) => timestamp);
    expect(times.length).toBe(12_006);
    expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
    expect(new Set(times.map((time) => time.length))).toEqual(new Set([30]));
  });

  it("follow the host's clock back: a run that has later lines keeps their order, and others are not ahead of it", async () => {
    const sink = memorySink();
    const write = async (runId: string) => {
      const logger = createLogger({ driver: "deploy", runId, sinks: [sink] });
      logger.info("a");
      await logger.close();
      return sink.records.at(-1)!.timestamp;
    };
    const ahead = vi.spyOn(Date, "now").mockReturnValue(Date.parse("2026-01-01T13:00:00Z"));
    onTestFinished(() => ahead.mockRestore());
    expect(await write("clock-1")).toBe("2026-01-01T13:00:00.000000000Z");
    ahead.mockReturnValue(Date.parse("2026-01-01T12:58:00Z"));
    expect(await write("clock-1")).toBe("2026-01-01T13:00:00.000001000Z");
    expect(await write("clock-2")).toBe("2026-01-01T12:58:00.000000000Z");
    for (let run = 0; run < 400; run++) await write(`clock-2-${run}`);
    expect(await write("clock-1")).toBe("2026-01-01T13:00:00.000002000Z");
    ahead.mockReturnValue(Date.parse("2026-01-01T13:10:00Z"));
    expect(await write("clock-1")).toBe("2026-01-01T13:10:00.000000000Z");
    // No store would take lines of the future for hours: the order after it counts more than that before.
    ahead.mockReturnValue(Date.parse("2026-01-01T10:00:00Z"));
    expect(await write("clock-1")).toBe("2026-01-01T10:00:00.000000000Z");
    expect(await write("clock-1")).toBe("2026-01-01T10:00:00.000001000Z");
  });
});
