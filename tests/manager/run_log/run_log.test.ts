import {
  type DriverDefinition,
  type DriverManagerOptions,
  NonRetryableError,
} from "@conveyor/driver";
import { type LogRecord, memorySink } from "@conveyor/driver/logging";
import { describe, expect, it } from "vitest";
import { gate } from "../support/collector.ts";
import { openWorld, V1_STREAMS } from "../support/world.ts";

/** Runs one event, and gives the lines of its log once it has ended. */
async function linesOf(
  definition: Partial<DriverDefinition>,
  options: Partial<DriverManagerOptions> = {},
  spec: unknown = {},
): Promise<LogRecord[]> {
  const world = await openWorld("memory");
  const sink = memorySink();
  const manager = await world.start(definition, { sinks: [sink], runLog: "all", ...options });
  await world.send({ spec });
  await world.results.first(1);
  await manager.stop();
  return sink.records;
}

/** A schema that takes an image of type string only. */
const imageSpec: NonNullable<DriverDefinition["spec"]> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: () => ({ issues: [{ message: "expected a string", path: ["image"] }] }),
  },
};

const texts = (records: readonly LogRecord[]) =>
  records.map(({ level, message, labels }) =>
    `${labels["conveyor"] ?? "driver"} ${level} ${message.split("\n")[0]}`.replace(
      /(after|in) \d+\.\d+ s(?! after)|\d+\.\d+ s after|on \S+$/g,
      "…",
    )
  );

describe("the log of a run", () => {
  it("says when it started and how it ended, marked as the runtime's own", async () => {
    const records = await linesOf({
      reconcile({ logger }) {
        logger.info("working", { conveyor: "run" });
        return { success: true, message: "deployed" };
      },
    });
    expect(texts(records)).toEqual([
      "run info attempt 1 of 5 started: create workflow/site, … the event, …",
      "driver info working",
      "run info succeeded …: deployed (3 log entries)",
    ]);
    expect(records[1]!.labels).toEqual({ conveyor_: "run" });
    expect(records[2]!.end).toMatchObject({
      outcome: "succeeded",
      message: "deployed",
      entries: 3,
    });
  });

  it("says why an attempt failed, and when the next one follows", async () => {
    const records = await linesOf({
      maxAttempts: 2,
      reconcile: ({ attempt }) => {
        if (attempt === 1) throw new Error("disk full");
        return { success: false, message: "still full" };
      },
    });
    expect(texts(records)).toEqual([
      "run info attempt 1 of 2 started: create workflow/site, … the event, …",
      "run error attempt 1 threw",
      "run warn attempt failed …: disk full; attempt 2 of 2 follows … (3 log entries)",
      "run info attempt 2 of 2 started: create workflow/site, … the event, …",
      "run error failed …: still full (2 log entries)",
    ]);
  });

  it("says what does not fit of a spec", async () => {
    const records = await linesOf({ spec: imageSpec }, {}, { image: 1 });
    expect(texts(records).at(-1)).toMatch(
      /^run error failed …: invalid spec of workflow\/site: spec\.image: expected a string \(2 log entries\)$/,
    );
  });

  it("says that it timed out", async () => {
    const records = await linesOf({
      timeoutMs: 10,
      maxAttempts: 1,
      reconcile: ({ signal }) =>
        new Promise((_, reject) => signal.onabort = () => reject(signal.reason)),
    });
    expect(texts(records).at(-1)).toMatch(/time-out of 10 ms \(attempt 1 of 1, the last\)/);
  });

  it("hides secrets in the message", async () => {
    const records = await linesOf({
      reconcile: () => ({ success: false, message: "no hunter2-hunter2 here" }),
    }, { secrets: ["hunter2-hunter2"] });
    expect(records.at(-1)!.message).toContain(": no *** here (");
    expect(records.at(-1)!.end?.message).toBe("no *** here");
  });

  it("is redelivered when the process stops", async () => {
    const world = await openWorld("memory");
    const started = gate();
    const sink = memorySink();
    const manager = await world.start({
      reconcile: ({ signal }) => {
        started.open();
        return new Promise((_, reject) => signal.onabort = () => reject(signal.reason));
      },
    }, { sinks: [sink], runLog: "all", shutdownGraceMs: 1 });
    await world.send();
    await started.opened;
    await manager.stop();
    expect(texts(sink.records).at(-1)).toBe(
      "run warn redelivered …: the manager stops (2 log entries)",
    );
  });

  it("has only what did not succeed, or nothing, if so wanted", async () => {
    const failing: Partial<DriverDefinition> = {
      reconcile() {
        throw new NonRetryableError("no such region");
      },
    };
    expect(await linesOf({}, { runLog: "failures" })).toEqual([]);
    expect(texts(await linesOf(failing, { runLog: "failures" }))).toEqual([
      "run error attempt 1 threw",
      "run error failed …: no such region (2 log entries)",
    ]);
    expect(await linesOf({}, { runLog: "off" })).toEqual([]);
    expect(texts(await linesOf(failing, { runLog: "off" }))).toEqual(["run error attempt 1 threw"]);
  });

  it("takes what comes after its end, with a mark and one warning", async () => {
    const world = await openWorld("memory");
    const ended = gate();
    const late = gate();
    const sink = memorySink();
    const manager = await world.start({
      reconcile({ logger }) {
        void ended.opened.then(() => {
          logger.info("one");
          logger.info("two");
          late.open();
        });
      },
    }, { sinks: [sink], runLog: "all" });
    await world.send();
    await world.events.find(({ type }) => type === "run-ended");
    ended.open();
    await late.opened;
    await world.events.find((event) => event.type === "warning" && event.code === "late-line");
    await manager.stop();
    expect(sink.records.slice(2).map(({ message, labels }) => [message, labels])).toEqual([
      ["one", { late: "after the end" }],
      ["two", { late: "after the end" }],
    ]);
    const warnings = world.events.items.filter(({ type }) => type === "warning");
    expect(warnings).toHaveLength(1);
  });

  it("is refused with another level", async () => {
    const world = await openWorld("memory", { streams: V1_STREAMS });
    expect(() => world.manager({}, { runLog: "some" as "all" })).toThrow(
      'runLog must be "all", "failures" or "off"',
    );
  });
});
