import { createStdLogHandler } from "@conveyor/driver/std-log";
import { describe, expect, it } from "vitest";
import { captureConsole, currentLogger } from "../../../src/logger/capture_console.ts";
import { bridgeLogger } from "../support/bridge_logger.ts";
import { BaseHandler, getLogger } from "../support/std_log_stand_in.ts";

describe("@std/log", () => {
  const Handler = createStdLogHandler(BaseHandler);

  it("keeps its levels, its level's threshold and its logger's name", async () => {
    const { logger, lines } = bridgeLogger();
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
    const { logger, lines } = bridgeLogger();
    const log = getLogger(new Handler("DEBUG", { logger }));
    log.info("deployed", { region: "eu", n: 1 }, "extra", [1, 2]);
    log.error("failed", new RangeError("too far"), { step: "build" });
    log.error(new TypeError("thrown"));
    const [first, second, third] = await lines();
    expect(first?.labels).toEqual({ region: "eu", n: "1", arg2: "extra", arg3: "[1,2]" });
    expect(second?.message).toMatch(/^failed\nRangeError: too far\n[^]*std_log\.test/);
    expect(second?.labels).toEqual({ step: "build" });
    expect(third?.message).toMatch(/TypeError: thrown/);
  });

  it("masks secrets", async () => {
    const { logger, lines } = bridgeLogger(["hunter22"]);
    getLogger(new Handler("DEBUG", { logger })).info("is hunter22", { token: "hunter22" });
    expect(await lines()).toEqual([{ level: "info", message: "is ***", labels: { token: "***" } }]);
  });

  it("configured once, writes to the log of the current run", async () => {
    const [a, b] = [bridgeLogger(), bridgeLogger()];
    const log = getLogger(new Handler("DEBUG", { logger: currentLogger }));
    log.info("outside a run");
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
