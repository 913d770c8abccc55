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
});
