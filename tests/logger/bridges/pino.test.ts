import { createPinoDestination } from "@conveyor/driver/pino";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { bridgeLogger } from "../support/bridge_logger.ts";

describe("pino", () => {
  it("keeps levels, members and errors", async () => {
    const { logger, lines } = bridgeLogger();
    const log = pino({ level: "trace" }, createPinoDestination(logger));
    log.trace("trace");
    log.info({ region: "eu", list: [1] }, "deploying");
    log.warn("warn");
    log.child({ step: "build" }).error(new RangeError("too far"));
    log.fatal("fatal");
    const written = await lines();
    expect(written.map(({ level, message }) => `${level} ${message.split("\n")[0]}`))
      .toEqual(["debug trace", "info deploying", "warn warn", "error too far", "error fatal"]);
    expect(written[1]?.labels).toEqual({ region: "eu", list: "[1]" });
    expect(written[3]?.labels).toEqual({ step: "build" });
    expect(written[3]?.message).toMatch(/^too far\nRangeError: too far\n/);
  });

  it("supports other keys, formatters and lines that are not JSON", async () => {
    const { logger, lines } = bridgeLogger();
    const destination = createPinoDestination(logger, { messageKey: "text", errorKey: "problem" });
    const log = pino({
      messageKey: "text",
      errorKey: "problem",
      base: { app: "x" },
      formatters: { level: (level) => ({ level }) },
    }, destination);
    log.warn("named level");
    log.error(new Error("boom"));
    destination.write("not JSON at all\n");
    expect((await lines()).map(({ level, message }) => `${level} ${message.split("\n")[0]}`))
      .toEqual(["warn named level", "error boom", "info not JSON at all"]);
  });

  it.each([
    ["names", { formatters: { level: (level: string) => ({ level }) } }],
    ["upper-case names", {
      formatters: { level: (level: string) => ({ level: level.toUpperCase() }) },
    }],
    ["a severity", {
      formatters: { level: (level: string) => ({ severity: level.toUpperCase() }) },
    }],
    ["numbers as text", {
      formatters: { level: (_: string, level: number) => ({ level: `${level}` }) },
    }],
  ])("reads levels that are written as %s", async (_, options) => {
    const { logger, lines } = bridgeLogger();
    const log = pino({ level: "trace", ...options }, createPinoDestination(logger));
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
      log[level](level);
    }
    expect((await lines()).map(({ level, labels }) => [level, labels["severity"]])).toEqual(
      ["debug", "debug", "info", "warn", "error", "error"].map((level) => [level, undefined]),
    );
  });

  it("reads levels of the user's own, by number or by a name that is known", async () => {
    const { logger, lines } = bridgeLogger();
    const destination = createPinoDestination(logger);
    const own = { customLevels: { critical: 60, notice: 35 } };
    pino(own, destination).critical("by number");
    const log = pino({ ...own, formatters: { level: (level) => ({ level }) } }, destination);
    log.critical("by name");
    log.notice("unknown");
    expect((await lines()).map(({ level }) => level)).toEqual(["error", "error", "info"]);
  });

  it("keeps the fields and the members of an error", async () => {
    const { logger, lines } = bridgeLogger();
    const member = { type: "Error", message: "a1", stack: "Error: a1" };
    const err = {
      type: "AggregateError",
      message: "many",
      stack: "AggregateError: many",
      code: "EHOSTUNREACH",
      aggregateErrors: [member],
    };
    createPinoDestination(logger).write(JSON.stringify({ level: 50, msg: "failed", err }));
    const [written] = await lines();
    expect(written?.message).toBe(
      "failed\nAggregateError: many\n    (code EHOSTUNREACH)\none of its errors: Error: a1",
    );
  });
});
