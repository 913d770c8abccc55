import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { memorySink } from "../../../src/logger/sinks/memory_sink.ts";
import { memoryLogger, recordsOf } from "../support/memory_logger.ts";

describe("a line", () => {
  it("has its run, level, message and labels", async () => {
    const [line] = await recordsOf((logger) => logger.warn("careful", { region: "eu" }), {
      pipeline: "release",
      event: "create",
      messageId: "65f",
      labels: { team: "ci" },
    });
    expect(line).toEqual({
      driver: "deploy",
      runId: "run-1",
      pipeline: "release",
      event: "create",
      messageId: "65f",
      level: "warn",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      message: "careful",
      labels: { team: "ci", region: "eu" },
    });
  });

  it("has the level of the method that wrote it", async () => {
    const lines = await recordsOf((logger) => {
      logger.debug("1");
      logger.info("2");
      logger.warn("3");
      logger.error("4");
      logger.log({ a: "b" }, "5");
    });
    expect(lines.map(({ level, message }) => level + message))
      .toEqual(["debug1", "info2", "warn3", "error4", "info5"]);
    expect(lines[4]?.labels).toEqual({ a: "b" });
  });

  it("has no secret that was added after it was written and before it was sent", async () => {
    const [line] = await recordsOf((logger) => {
      logger.info("token=abcd1234");
      logger.mask("abcd1234");
    });
    expect(line?.message).toBe("token=***");
  });

  it("warns of a secret that is too short to be masked, without the secret", async () => {
    const lines = await recordsOf((logger) => logger.mask("xyz"));
    expect(lines[0]?.message).toContain("cannot mask a secret of 3 characters");
    expect(lines[0]?.message).not.toContain("xyz");
  });
});

describe("a child", () => {
  it("adds its labels to those of its parent, and a line's own labels override them", async () => {
    const lines = await recordsOf((logger) => {
      const child = logger.child({ step: "build", team: "b" }).child({ part: "1" });
      child.info("x", { part: "2" });
      logger.info("y");
    }, { labels: { team: "a" } });
    expect(lines.map(({ labels }) => labels))
      .toEqual([{ team: "b", step: "build", part: "2" }, { team: "a" }]);
  });
});

describe("close()", () => {
  it("drops and counts later lines, and may be called again", async () => {
    const { logger, sink } = memoryLogger();
    logger.info("before");
    await logger.close();
    logger.info("after");
    await logger.close();
    expect(sink.messages).toEqual(["before"]);
    expect(logger.stats()).toMatchObject([{ sink: "memory", stored: 1, dropped: 1 }]);
  });

  it("does not dispose the sinks of the options", async () => {
    let disposed = false;
    const sink = Object.assign(() => {}, {
      [Symbol.asyncDispose]: () => {
        disposed = true;
        return Promise.resolve();
      },
    });
    const logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink] });
    await logger.close();
    expect(disposed).toBe(false);
  });

  it("is called by `await using`", async () => {
    const sink = memorySink();
    {
      await using logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink] });
      logger.info("inside");
    }
    expect(sink.messages).toEqual(["inside"]);
  });
});
