import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { lokiSink } from "../../../src/logger/sinks/loki_sink.ts";
import { BROKERS } from "../support/brokers.ts";
import { lokiLogger, serve, server, useLoki } from "../support/loki.ts";

useLoki();

describe("a line in Loki", () => {
  it("is found by driver and run, in order, with the rest as structured metadata", async () => {
    const { logger: log } = lokiLogger({ streamLabels: { env: "test" } }, { pipeline: "release" });
    log.info("first", { region: "eu" });
    log.error("second");
    await log.flush();
    expect(server.streams()).toEqual([{ driver: "deploy", env: "test" }]);
    const lines = server.lines({ driver: "deploy" });
    const run = { run_id: "run-1", event: "create", id: "65f0", pipeline: "release" };
    expect(lines.map(({ line, metadata }) => ({ line, metadata }))).toEqual([
      {
        line: "first",
        metadata: { ...run, level: "info", region: "eu" },
      },
      {
        line: "second",
        metadata: { ...run, level: "error" },
      },
    ]);
    expect(server.pushes.map(({ status }) => status)).toEqual([204]);
  });

  it("of any number of runs is in one stream, unless the run is to be a label", async () => {
    await serve({ maxStreams: 1 });
    const sinks = [lokiSink({ endpoint: server.url })];
    for (let run = 1; run <= 20; run++) {
      const { logger } = lokiLogger({}, { runId: `run-${run}`, sinks });
      logger.info(`line of ${run}`);
      await logger.flush();
    }
    expect(server.lines().length).toBe(20);
    await serve();
    const { logger } = lokiLogger({ runIdLabel: true });
    logger.info("of protocol v1");
    await logger.flush();
    expect(server.streams()).toEqual([{ driver: "deploy", run_id: "run-1" }]);
  });

  it("has its timestamp to the nanosecond", async () => {
    const times: string[] = [];
    const { logger: log } = lokiLogger({}, {
      sinks: [lokiSink({ endpoint: server.url }), (record) => void times.push(record.timestamp)],
    });
    for (let line = 0; line < 5; line++) log.info(`${line}`);
    await log.flush();
    const stored = server.lines().map(({ nanoseconds }) => nanoseconds);
    const expected = times.map((time) =>
      BigInt(Date.parse(time.slice(0, 19) + "Z")) * 1_000_000n + BigInt(time.slice(20, 29))
    );
    expect(stored).toEqual(expected);
  });

  it("is published live, as seconds and text, once it is stored", async () => {
    const shown: [string, unknown, number][] = [];
    const connection = {
      publish: (subject: string, data: Uint8Array) =>
        void shown.push([
          subject,
          JSON.parse(new TextDecoder().decode(data)),
          server.lines().length,
        ]),
    };
    const { logger: log } = lokiLogger({ connection });
    log.info("one");
    log.info("two");
    await log.flush();
    expect(shown).toEqual([
      ["driver:deploy:logs:run-1", [expect.stringMatching(/^\d{10}$/), "one"], 2],
      ["driver:deploy:logs:run-1", [expect.stringMatching(/^\d{10}$/), "two"], 2],
    ]);
  });
});

for (const [name, startBroker] of BROKERS) {
  it(`a line in Loki is published live over ${name} on the subject of its driver and run`, async () => {
    await using broker = await startBroker();
    const seen: string[] = [];
    const all = new Promise<void>((resolve) =>
      broker.connection.subscribe("driver:deploy:logs:run-1", ({ data }) => {
        seen.push(new TextDecoder().decode(data));
        if (seen.length === 2) resolve();
      })
    );
    const { logger: log } = lokiLogger({ connection: broker.connection });
    log.info("one é");
    log.info("two");
    await log.flush();
    await all;
    const seconds = server.lines().map(({ nanoseconds }) => String(nanoseconds / 1_000_000_000n));
    expect(seen).toEqual([`["${seconds[0]}","one é"]`, `["${seconds[1]}","two"]`]);
  });
}

describe("a push", () => {
  it("holds up to batchLines lines", async () => {
    const { logger: log } = lokiLogger({ batchLines: 100 });
    for (let line = 0; line < 250; line++) log.info(`line ${line}`);
    await log.flush();
    const sizes = server.pushes.map(({ body }) => JSON.parse(body).streams[0].values.length);
    expect(sizes).toEqual([100, 100, 50]);
    expect(server.lines().map(({ line }) => line))
      .toEqual(Array.from({ length: 250 }, (_, line) => `line ${line}`));
  });

  it("is sent after batchSize bytes or batchMs milliseconds", async () => {
    const { logger: log } = lokiLogger({ batchSize: 2000, batchMs: 1 });
    for (let line = 0; line < 4; line++) log.info("x".repeat(600));
    await log.flush();
    expect(server.pushes.map(({ body }) => JSON.parse(body).streams[0].values.length)).toEqual([
      2,
      2,
    ]);
  });

  it("has labels, metadata and encoding in its size", async () => {
    await serve({ maxLineSize: 1024 * 1024 });
    const { logger: log, errors } = lokiLogger({ batchSize: 64 * 1024, maxLineBytes: 40 * 1024 });
    for (let line = 0; line < 50; line++) log.info("request", { body: "\u0001".repeat(2000) });
    log.info("é\n".repeat(100_000));
    await log.flush();
    expect(errors).toEqual([]);
    expect(Math.max(...server.pushes.map(({ body }) => Buffer.byteLength(body))))
      .toBeLessThanOrEqual(64 * 1024);
    expect(server.lines().length).toBeGreaterThan(55);
  });

  it("is sent without a flush", async () => {
    const stored = new Promise<unknown>((resolve) => {
      const sink = lokiSink({ endpoint: server.url, batchMs: 1 });
      const log = createLogger({
        driver: "deploy",
        runId: "run-1",
        sinks: [(record) => Promise.resolve(sink(record)).then(resolve)],
      });
      log.info("alone");
    });
    await stored;
    expect(server.lines().map(({ line }) => line)).toEqual(["alone"]);
  });

  it("that is retried keeps the order of its lines and of the next ones", async () => {
    server.answerNext({ status: 500 });
    const { logger: log } = lokiLogger({ batchLines: 10 });
    for (let line = 0; line < 30; line++) log.info(`${line}`);
    await log.flush();
    expect(server.lines().map(({ line }) => Number(line))).toEqual(
      Array.from({ length: 30 }, (_, n) => n),
    );
  });
});
