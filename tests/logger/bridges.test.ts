import { createLogTapeSink } from "@conveyor/driver/logtape";
import { createPinoDestination } from "@conveyor/driver/pino";
import { createStdLogHandler } from "@conveyor/driver/std-log";
import { configure, getLogger as getLogTapeLogger, reset } from "@logtape/logtape";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { captureConsole, currentLogger } from "../../src/logger/capture_console.ts";
import { createLogger } from "../../src/logger/create_logger.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";
import { BaseHandler, getLogger } from "./std_log_stand_in.ts";

function run(secrets: string[] = []) {
  const sink = memorySink();
  const logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink], secrets });
  const lines = async () => {
    await logger.flush();
    return sink.records.map(({ level, message, labels }) => ({ level, message, labels }));
  };
  return { logger, lines };
}

describe("@std/log", () => {
  const Handler = createStdLogHandler(BaseHandler);

  it("keeps its levels, its level's threshold and its logger's name", async () => {
    const { logger, lines } = run();
    const handler = new Handler("INFO", { logger });
    expect(handler).toBeInstanceOf(BaseHandler);
    const log = getLogger(handler);
    log.debug("left out");
    log.info("info");
    log.warn("warn");
    log.error("error");
    log.critical("critical");
    getLogger(handler, "tasks").info("named");
    expect((await lines()).map(({ level, message }) => `${level} ${message}`))
      .toEqual(["info info", "warn warn", "error error", "error critical", "info named"]);
    expect((await lines()).at(-1)?.labels).toEqual({ logger: "tasks" });
  });

  it("keeps its arguments and its errors", async () => {
    const { logger, lines } = run();
    const log = getLogger(new Handler("DEBUG", { logger }));
    log.info("deployed", { region: "eu", n: 1 }, "extra", [1, 2]);
    log.error("failed", new RangeError("too far"), { step: "build" });
    log.error(new TypeError("thrown"));
    const [first, second, third] = await lines();
    expect(first?.labels).toEqual({ region: "eu", n: "1", arg2: "extra", arg3: "[1,2]" });
    expect(second?.message).toMatch(/^failed\nRangeError: too far\n[^]*bridges\.test/);
    expect(second?.labels).toEqual({ step: "build" });
    expect(third?.message).toMatch(/TypeError: thrown/);
  });

  it("hides secrets", async () => {
    const { logger, lines } = run(["hunter22"]);
    getLogger(new Handler("DEBUG", { logger })).info("is hunter22", { token: "hunter22" });
    expect(await lines()).toEqual([{ level: "info", message: "is ***", labels: { token: "***" } }]);
  });

  it("set up once, writes to the log of the run at work", async () => {
    const [a, b] = [run(), run()];
    const log = getLogger(new Handler("DEBUG", { logger: currentLogger }));
    log.info("of nobody");
    await Promise.all([
      captureConsole(a.logger, async () => {
        await Promise.resolve();
        log.info("of a");
      }),
      captureConsole(b.logger, () => log.info("of b")),
    ]);
    expect((await a.lines()).map(({ message }) => message)).toEqual(["of a"]);
    expect((await b.lines()).map(({ message }) => message)).toEqual(["of b"]);
  });
});

describe("pino", () => {
  it("keeps levels, members and errors", async () => {
    const { logger, lines } = run();
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

  it("may be set up in its own way", async () => {
    const { logger, lines } = run();
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

describe("LogTape", () => {
  it("keeps levels, values, properties, category and errors", async () => {
    const { logger, lines } = run();
    await configure({
      sinks: { conveyor: createLogTapeSink(logger) },
      loggers: [
        { category: "app", lowestLevel: "trace", sinks: ["conveyor"] },
        { category: ["logtape", "meta"], lowestLevel: "fatal", sinks: ["conveyor"] },
      ],
    });
    try {
      const log = getLogTapeLogger(["app", "deploy"]);
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
});
