import { createLogTapeSink } from "@conveyor/driver/logtape";
import { configure, getLogger, reset } from "@logtape/logtape";
import { describe, expect, it } from "vitest";
import { bridgeLogger } from "../support/bridge_logger.ts";

describe("LogTape", () => {
  it("keeps levels, values, properties, category and errors", async () => {
    const { logger, lines } = bridgeLogger();
    await configure({
      sinks: { conveyor: createLogTapeSink(logger) },
      loggers: [
        { category: "app", lowestLevel: "trace", sinks: ["conveyor"] },
        { category: ["logtape", "meta"], lowestLevel: "fatal", sinks: ["conveyor"] },
      ],
    });
    try {
      const log = getLogger(["app", "deploy"]);
      log.trace("trace");
      log.info("to {region}", { region: "eu", n: 2 });
      log.warn`part ${3} of ${{ a: 1 }}`;
      log.error("failed", { error: new RangeError("too far"), step: "build" });
      log.fatal("fatal");
    } finally {
      await reset();
    }
    const written = await lines();
    expect(written.map(({ level, message }) => `${level} ${message.split("\n")[0]}`))
      .toEqual([
        "debug trace",
        "info to eu",
        'warn part 3 of {"a":1}',
        "error failed",
        "error fatal",
      ]);
    expect(written[1]?.labels).toEqual({ category: "app.deploy", region: "eu", n: "2" });
    expect(written[3]?.labels).toEqual({ category: "app.deploy", step: "build" });
    expect(written[3]?.message).toContain("RangeError: too far");
  });

  it("writes an error of the template once", async () => {
    const { logger, lines } = bridgeLogger();
    const error = new Error("boom");
    createLogTapeSink(logger)({
      category: ["app"],
      level: "error",
      message: ["failed: ", error, ""],
      properties: { error },
    });
    const [written] = await lines();
    expect(written?.message.match(/Error: boom/g)).toHaveLength(1);
    expect(written?.message).toMatch(/^failed: Error: boom/);
  });
});
