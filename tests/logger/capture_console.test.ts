import { afterEach, describe, expect, it } from "vitest";
import { captureConsole, currentLogger } from "../../src/logger/capture_console.ts";
import { createLogger } from "../../src/logger/create_logger.ts";
import { memorySink } from "../../src/logger/sinks/memory_sink.ts";

function run(runId: string) {
  const sink = memorySink();
  return { sink, logger: createLogger({ driver: "deploy", runId, sinks: [sink] }) };
}

const untouched = console.log;
afterEach(() => expect(console.log).toBe(untouched));

describe("the console output of captured work", () => {
  it("is in its log, formatted like the console, with the level of the method", async () => {
    const { sink, logger } = run("1");
    const result = await captureConsole(logger, () => {
      console.log("%s has %d parts", "it", 3, { a: [1] });
      console.debug("debug");
      console.info("info");
      console.warn("warn");
      console.error(new TypeError("bad"));
      return 42;
    });
    await logger.flush();
    expect(result).toBe(42);
    expect(sink.records.map(({ level, message }) => `${level} ${message.split("\n")[0]}`)).toEqual([
      expect.stringMatching(/^info it has 3 parts \{ a: \[ 1 \] \}$/),
      "debug debug",
      "info info",
      "warn warn",
      expect.stringMatching(/^error TypeError: bad/),
    ]);
  });

  it("is in its own log only, also when two captures overlap", async () => {
    const [a, b] = [run("a"), run("b")];
    let release = () => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    const work = async (name: string, steps: number) => {
      for (let step = 0; step < steps; step++) {
        console.log(`${name} ${step}`);
        await Promise.resolve();
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (step === 1) await gate;
        helper(name);
      }
    };
    const helper = (name: string) => console.log(`${name} from a function`);
    const both = [
      captureConsole(a.logger, () => work("a", 3)),
      captureConsole(b.logger, async () => {
        await work("b", 2);
        release();
      }),
    ];
    release();
    await Promise.all(both);
    await Promise.all([a.logger.flush(), b.logger.flush()]);
    expect(a.sink.messages.length).toBe(6);
    expect(b.sink.messages.length).toBe(4);
    expect(a.sink.messages.every((line) => line.startsWith("a "))).toBe(true);
    expect(b.sink.messages.every((line) => line.startsWith("b "))).toBe(true);
  });

  it("is in the log of the innermost capture", async () => {
    const [outer, inner] = [run("outer"), run("inner")];
    await captureConsole(outer.logger, async () => {
      console.log("before");
      await captureConsole(inner.logger, () => console.log("inside"));
      console.log("after");
    });
    await Promise.all([outer.logger.flush(), inner.logger.flush()]);
    expect(outer.sink.messages).toEqual(["before", "after"]);
    expect(inner.sink.messages).toEqual(["inside"]);
  });

  it("is captured alone: other code keeps its console, which is restored afterwards", async () => {
    const { sink, logger } = run("1");
    const others: unknown[][] = [];
    console.log = (...values) => void others.push(values);
    try {
      let begun = () => {};
      let proceed = () => {};
      const started = new Promise<void>((resolve) => begun = resolve);
      const captured = captureConsole(logger, async () => {
        await new Promise<void>((resolve) => {
          proceed = resolve;
          begun();
        });
        console.log("of the work");
      });
      await started;
      console.log("of other code");
      proceed();
      await captured;
      console.log("later");
      await logger.flush();
      expect(others).toEqual([["of other code"], ["later"]]);
      expect(sink.messages).toEqual(["of the work"]);
    } finally {
      console.log = untouched;
    }
  });

  it("is kept when the work fails, and the console is restored", async () => {
    const { sink, logger } = run("1");
    const failing = captureConsole(logger, () => {
      console.log("about to fail");
      return Promise.reject(new Error("failed"));
    });
    await expect(failing).rejects.toThrow("failed");
    await logger.flush();
    expect(sink.messages).toEqual(["about to fail"]);
  });

  it("is not captured again when a sink writes to the console", async () => {
    const printed: unknown[] = [];
    console.log = (value: unknown) => void printed.push(value);
    try {
      const logger = createLogger({
        driver: "deploy",
        runId: "1",
        sinks: [async ({ message }) => {
          await Promise.resolve();
          console.log(`sink: ${message}`);
        }],
      });
      await captureConsole(logger, async () => {
        console.log("once");
        await logger.flush();
      });
      expect(printed).toEqual(["sink: once"]);
    } finally {
      console.log = untouched;
    }
  });
});

describe("currentLogger()", () => {
  it("returns the logger of the current capture", async () => {
    const { logger } = run("1");
    expect(currentLogger()).toBeUndefined();
    await captureConsole(logger, async () => {
      await Promise.resolve();
      expect(currentLogger()).toBe(logger);
    });
    expect(currentLogger()).toBeUndefined();
  });
});
