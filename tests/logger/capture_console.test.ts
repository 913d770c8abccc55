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

describe("what a piece of work writes to the console", () => {
  it("is in its log, formatted as the console does, with the level of the method", async () => {
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

  it("is in its own log and in no other, also when two overlap", async () => {
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

  it("goes to the innermost of captures that nest", async () => {
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

  it("leaves the console to everybody else meanwhile, and as it was afterwards", async () => {
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
      console.log("of somebody else");
      proceed();
      await captured;
      console.log("later");
      await logger.flush();
      expect(others).toEqual([["of somebody else"], ["later"]]);
      expect(sink.messages).toEqual(["of the work"]);
    } finally {
      console.log = untouched;
    }
  });

  it("is kept although the work fails, and the console comes back", async () => {
    const { sink, logger } = run("1");
    const failing = captureConsole(logger, () => {
      console.log("about to fail");
      return Promise.reject(new Error("failed"));
    });
    await expect(failing).rejects.toThrow("failed");
    await logger.flush();
    expect(sink.messages).toEqual(["about to fail"]);
  });

  it("does not go round in circles when a sink writes to the console", async () => {
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
  it("is the logger of the capture it is asked in", async () => {
    const { logger } = run("1");
    expect(currentLogger()).toBeUndefined();
    await captureConsole(logger, async () => {
      await Promise.resolve();
      expect(currentLogger()).toBe(logger);
    });
    expect(currentLogger()).toBeUndefined();
  });
});
