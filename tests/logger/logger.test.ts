import { describe, expect, it, vi } from "vitest";
import { createLogger, type LoggerOptions } from "../../src/logger/create_logger.ts";
import type { Masker } from "../../src/logger/masking/masker.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";
import type { LogRecord } from "../../src/logger/record.ts";
import { host } from "../../src/runtime/detect.ts";

function loggerInMemory(options: Partial<LoggerOptions> = {}) {
  const sink = memorySink();
  const logger = createLogger({ driver: "deploy", runId: "run-1", sinks: [sink], ...options });
  return { logger, sink };
}

/** What reaches the sink. */
async function records(
  write: (logger: ReturnType<typeof createLogger>) => unknown,
  options: Partial<LoggerOptions> = {},
): Promise<LogRecord[]> {
  const { logger, sink } = loggerInMemory(options);
  await write(logger);
  await logger.flush();
  return sink.records;
}

describe("a line", () => {
  it("carries its run, its level, its text and its labels", async () => {
    const [line] = await records((logger) => logger.warn("careful", { region: "eu" }), {
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
    const lines = await records((logger) => {
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

  it("keeps labels that are not text as JSON, and leaves out those that are not there", async () => {
    const [line] = await records((logger) =>
      logger.info("x", {
        n: 1,
        big: 2n,
        ok: false,
        list: [1, { a: 3n }],
        none: null,
        gone: undefined,
      })
    );
    expect(line?.labels).toEqual({
      n: "1",
      big: "2",
      ok: "false",
      list: '[1,{"a":"3"}]',
      none: "null",
    });
  });

  it("keeps the stack of an error, and of what caused it", async () => {
    const cause = new TypeError("no such host");
    const [line] = await records((logger) =>
      logger.error("cannot deploy", new Error("boom", { cause }))
    );
    expect(line?.message).toMatch(
      /^cannot deploy\nError: boom\n[^]*logger\.test[^]*\ncaused by: TypeError: no such host\n/,
    );
  });

  it("keeps the stack of an error among its labels", async () => {
    const [line] = await records((logger) =>
      logger.error("x", { reason: new RangeError("too far") })
    );
    expect(line?.labels["reason"]).toMatch(/RangeError: too far\n\s+at|too far/);
  });

  it("is what it was when it was written, whatever becomes of the labels later", async () => {
    const [line] = await records((logger) => {
      const labels: Record<string, string> = { a: "before" };
      logger.info("x", labels);
      labels["a"] = "after";
    });
    expect(line?.labels).toEqual({ a: "before" });
  });

  it("is written whatever it is made of", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const hostile = {
      get bad() {
        throw new Error("no");
      },
      good: "yes",
      circular,
      symbol: Symbol("s"),
    };
    const lines = await records((logger) => {
      logger.info({ not: "text" } as unknown as string);
      logger.info(undefined as unknown as string);
      logger.info("details", 42 as unknown as Error);
      logger.mask(undefined as unknown as string);
      logger.info("hostile", hostile);
    });
    expect(lines.map(({ message }) => message))
      .toEqual(['{"not":"text"}', "undefined", "details", "hostile"]);
    expect(lines[2]?.labels).toEqual({ details: "42" });
    expect(lines[3]?.labels).toMatchObject({
      bad: "[cannot be read: no]",
      good: "yes",
      symbol: "Symbol(s)",
    });
  });

  it("hides a secret that was told after it was written and before it was sent", async () => {
    const [line] = await records((logger) => {
      logger.info("token=abcd1234");
      logger.mask("abcd1234");
    });
    expect(line?.message).toBe("token=***");
  });

  it("says that a secret is too short to be hidden, without showing it", async () => {
    const lines = await records((logger) => logger.mask("xyz"));
    expect(lines[0]?.message).toContain("cannot mask a secret of 3 characters");
    expect(lines[0]?.message).not.toContain("xyz");
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
});

describe("a child", () => {
  it("adds its labels to those of its parent, and a line's own win", async () => {
    const lines = await records((logger) => {
      const child = logger.child({ step: "build", team: "b" }).child({ part: "1" });
      child.info("x", { part: "2" });
      logger.info("y");
    }, { labels: { team: "a" } });
    expect(lines.map(({ labels }) => labels))
      .toEqual([{ team: "b", step: "build", part: "2" }, { team: "a" }]);
  });
});

describe("writable()", () => {
  it("writes a line for each line of bytes or text, and the last one without an end", async () => {
    const lines = await records(async (logger) => {
      const stream = logger.writable({ level: "error", labels: { stream: "stderr" } });
      const writer = stream.getWriter();
      await writer.write(new TextEncoder().encode("caf\u00e9 😀\nha"));
      await writer.write("lf\nrest");
      await writer.close();
    }, { labels: { team: "a" } });
    expect(lines.map(({ message }) => message)).toEqual(["café 😀", "half", "rest"]);
    expect(lines[0]).toMatchObject({ level: "error", labels: { team: "a", stream: "stderr" } });
  });

  it("puts characters together that were cut between chunks", async () => {
    const whole = new TextEncoder().encode("é😀\x1b[31mred\x1b[0m\n");
    const lines = await records(async (logger) => {
      const writer = logger.writable().getWriter();
      for (const byte of whole) await writer.write(new Uint8Array([byte]));
      await writer.close();
    });
    expect(lines.map(({ message }) => message)).toEqual(["é😀\x1b[31mred\x1b[0m"]);
  });

  it("keeps what came before its source broke", async () => {
    const lines = await records(async (logger) => {
      const writer = logger.writable().getWriter();
      await writer.write("whole\npart");
      await writer.abort(new Error("the process died"));
    });
    expect(lines.map(({ message }) => message)).toEqual(["whole", "part"]);
  });

  it("takes a stream piped into it", async () => {
    const source = new ReadableStream<string>({
      start(controller) {
        for (const chunk of ["a\n", "b\nc"]) controller.enqueue(chunk);
        controller.close();
      },
    });
    const lines = await records((logger) => source.pipeTo(logger.writable()));
    expect(lines.map(({ message }) => message)).toEqual(["a", "b", "c"]);
  });
});

describe("close()", () => {
  it("drops what comes later, counts it, and may be called again", async () => {
    const { logger, sink } = loggerInMemory();
    logger.info("before");
    await logger.close();
    logger.info("after");
    await logger.close();
    expect(sink.messages).toEqual(["before"]);
    expect(logger.stats()).toMatchObject([{ sink: "memory", stored: 1, dropped: 1 }]);
  });

  it("disposes no sink that it was given", async () => {
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

  it("is what `await using` does", async () => {
    const sink = memorySink();
    {
      await using logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink] });
      logger.info("inside");
    }
    expect(sink.messages).toEqual(["inside"]);
  });
});

describe("createLogger", () => {
  it("says on the console, whatever the environment asks of it, that its only sink fails", async () => {
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

  it("names the option that cannot be used", () => {
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
