import { describe, expect, it, vi } from "vitest";
import { createLogger, type LoggerOptions } from "../../src/logger/create_logger.ts";
import type { Masker } from "../../src/logger/masking/masker.ts";
import { host } from "../../src/runtime/detect.ts";

describe("createLogger", () => {
  it("reports on the console that its only sink fails, also with an invalid CONVEYOR_LOG_LEVEL", async () => {
    vi.stubEnv("CONVEYOR_LOG_LEVEL", "nonsense");
    const written: string[] = [];
    const writeOut = vi.spyOn(host(), "writeOut").mockImplementation((text) =>
      void written.push(text)
    );
    try {
      const failing = () => Promise.reject(new Error("disk full"));
      const logger = createLogger({ driver: "deploy", runId: "1", sinks: [failing] });
      logger.info("lost");
      await logger.close();
      expect(written.join("")).toContain("cannot store log lines in failing: disk full");
    } finally {
      writeOut.mockRestore();
      vi.unstubAllEnvs();
    }
  });

  it("names the invalid option", () => {
    const make = (options: Partial<LoggerOptions>) => () =>
      createLogger({ driver: "deploy", runId: "1", sinks: [], ...options });
    expect(make({ driver: "" })).toThrow("driver must be a text that is not empty");
    expect(make({ runId: undefined as unknown as string })).toThrow("runId must be a text");
    expect(make({ maxBufferedLines: 0 })).toThrow("maxBufferedLines must be a number above 0");
    expect(make({ masker: "hunter22" as unknown as Masker }))
      .toThrow("masker must be a masker created by createMasker, got a value of type string");
    expect(make({ flushTimeoutMs: NaN })).toThrow(
      "flushTimeoutMs must be a number of milliseconds above 0",
    );
  });
});
