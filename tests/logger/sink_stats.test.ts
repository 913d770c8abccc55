import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/logger/create_logger.ts";
import type { SinkTotals } from "../../src/logger/sink_stats.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";

describe("totals", () => {
  it("add up the counters of several loggers by the sink's name", async () => {
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
