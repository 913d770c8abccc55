import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conveyorSink, type ConveyorSinkOptions } from "../../../src/logger/sinks/conveyor_sink.ts";
import {
  createLogger,
  createManagedLogger,
  type LoggerOptions,
} from "../../../src/logger/create_logger.ts";
import { BROKERS, ensureLogStream, type LogBroker, takeStored } from "../support/brokers.ts";

for (const [name, startBroker] of BROKERS) {
  describe(`a line on ${name}`, () => {
    let broker: LogBroker;

    beforeEach(async () => {
      broker = await startBroker({ maxPayload: 64 * 1024 });
      await ensureLogStream(broker.connection);
    });
    afterEach(() => broker[Symbol.asyncDispose]());

    function logger(
      options: Partial<ConveyorSinkOptions> = {},
      more: Partial<LoggerOptions> = {},
    ) {
      const errors: Error[] = [];
      const { connection } = broker;
      const made = createLogger({
        driver: "deploy",
        runId: "run-1",
        pipeline: "release",
        sinks: [conveyorSink({ connection, ...options })],
        onSinkError: (error) => errors.push(error),
        ...more,
      });
      return { log: made, errors };
    }

    it("is stored in the wire format, and published live in the same bytes", async () => {
      const live: { subject: string; text: string }[] = [];
      const seen = new Promise<void>((resolve) =>
        broker.connection.subscribe("live.logs.>", ({ subject, data }) => {
          live.push({ subject, text: new TextDecoder().decode(data) });
          if (live.length === 2) resolve();
        })
      );
      const { log } = logger();
      log.info("hello é");
      log.error("labelled", { region: "eu" });
      await log.flush();
      await seen;
      const stored = await takeStored(broker.connection);
      expect(stored.map(({ subject }) => subject)).toEqual(["logs.run-1", "logs.run-1"]);
      const timestamp = stored[0]!.entry["timestamp"];
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(stored[0]!.text).toBe(
        `{"runid":"run-1","driver":"deploy","pipeline":"release","timestamp":"${timestamp}","message":"hello é"}`,
      );
      expect(stored[1]!.entry["labels"]).toEqual({ level: "error", region: "eu" });
      expect(live.map(({ subject }) => subject))
        .toEqual(["live.logs.run-1.deploy", "live.logs.run-1.deploy"]);
      expect(live.map(({ text }) => text)).toEqual(stored.map(({ text }) => text));
    });

    it("is stored once and in order, among 10,000 lines", async () => {
      const { log } = logger();
      const writer = log.writable().getWriter();
      for (let chunk = 0; chunk < 100; chunk++) {
        const lines = Array.from({ length: 100 }, (_, line) => `line ${chunk * 100 + line}\n`);
        await writer.write(lines.join(""));
      }
      await writer.close();
      await log.flush();
      const stored = await takeStored(broker.connection);
      expect(stored.map(({ entry }) => entry["message"]))
        .toEqual(Array.from({ length: 10_000 }, (_, line) => `line ${line}`));
      expect(log.stats()).toMatchObject([{
        sink: "conveyor",
        stored: 10_000,
        failed: 0,
        dropped: 0,
      }]);
    });

    it("has its labels in the message, unless without labelsInMessage", async () => {
      for (const options of [{}, { labelsInMessage: false }]) {
        const { log } = logger({ live: false, ...options });
        log.info("deployed", { region: "eu", note: "two words", empty: "" });
        await log.flush();
      }
      const stored = await takeStored(broker.connection);
      expect(stored.map(({ entry }) => entry["message"])).toEqual([
        'deployed region=eu note="two words" empty=""',
        "deployed",
      ]);
    });

    it("has the mark of the runtime's own lines only if it is one of them", async () => {
      const sink = conveyorSink({ connection: broker.connection, live: false });
      const log = createManagedLogger({ driver: "deploy", runId: "run-1", sinks: [sink] });
      log.info("[conveyor] succeeded in 1 s (1 log entry)");
      log.own("info", "attempt 1 started");
      log.info("x".repeat(broker.connection.maxPayload * 2 - 5000));
      log.end("info", { outcome: "succeeded", message: "", durationMs: 1000 });
      await log.flush();
      const stored = (await takeStored(broker.connection)).map(({ entry }) => entry["message"]);
      expect(stored.slice(0, 2)).toEqual([
        " [conveyor] succeeded in 1 s (1 log entry)",
        "[conveyor] attempt 1 started",
      ]);
      expect(stored.at(-1)).toBe(`[conveyor] succeeded in 1 s (${stored.length} log entries)`);
      expect(stored.length).toBeGreaterThan(4);
    });

    it("is split into marked parts when it is longer than max_payload, without loss", async () => {
      const { log, errors } = logger();
      const long = '😀"\\\n\u0001é'.repeat(12_000) + "the end";
      log.info("before");
      log.info(long, { region: "eu" });
      log.info("after");
      await log.flush();
      expect(errors).toEqual([]);
      const stored = await takeStored(broker.connection);
      const inOrder = stored.map(({ entry }) => entry)
        .sort((a, b) => String(a["timestamp"]) < String(b["timestamp"]) ? -1 : 1);
      expect(new Set(inOrder.map((entry) => entry["timestamp"])).size).toBe(inOrder.length);
      const messages = inOrder.map((entry) => String(entry["message"]));
      expect(messages[0]).toBe("before");
      expect(messages.at(-1)).toBe("after");
      const parts = messages.slice(1, -1);
      expect(parts.length).toBeGreaterThan(2);
      const texts = parts.map((part, index) => {
        const mark = `[part ${index + 1}/${parts.length}] `;
        expect(part.startsWith(mark)).toBe(true);
        return part.slice(mark.length);
      });
      expect(texts.join("")).toBe(`${long} region=eu`);
    });

    it("is stored exactly once across a server restart", async () => {
      const { log, errors } = logger({ window: 50 });
      const writer = log.writable().getWriter();
      const lines = (from: number) =>
        Array.from({ length: 500 }, (_, line) => `line ${from + line}\n`).join("");
      await writer.write(lines(0));
      const restarted = broker.restart();
      await writer.write(lines(500));
      await restarted;
      await writer.write(lines(1000));
      await writer.close();
      await log.flush();
      expect(errors).toEqual([]);
      const stored = await takeStored(broker.connection);
      const messages = stored
        .map(({ entry }) => entry)
        .sort((a, b) => String(a["timestamp"]) < String(b["timestamp"]) ? -1 : 1)
        .map((entry) => entry["message"]);
      expect(messages).toEqual(Array.from({ length: 1500 }, (_, line) => `line ${line}`));
    });

    it("waits for a stream that is created later", async () => {
      await broker.connection.deleteStream("logs-engine");
      const { log, errors } = logger();
      log.info("early");
      const flushed = log.flush();
      await ensureLogStream(broker.connection);
      await flushed;
      expect(errors).toEqual([]);
      const stored = await takeStored(broker.connection);
      expect(stored.map(({ entry }) => entry["message"])).toEqual(["early"]);
    });

    it("waits for room in a store that is full", async () => {
      let refusals = 0;
      const full = new Proxy(broker.connection, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (property !== "publishConfirmed") {
            return typeof value === "function" ? value.bind(target) : value;
          }
          const publish = target.publishConfirmed.bind(target);
          return ((subject, data, options) =>
            refusals++ < 2
              ? Promise.reject(
                Object.assign(new Error("maximum bytes exceeded"), { code: "broker" }),
              )
              : publish(subject, data, options)) satisfies typeof publish;
        },
      });
      const { log, errors } = logger({ connection: full });
      log.info("late");
      await log.flush();
      expect(errors).toEqual([]);
      expect(refusals).toBe(3);
      const stored = await takeStored(broker.connection);
      expect(stored.map(({ entry }) => entry["message"])).toEqual(["late"]);
    });

    it("fails, is counted and reported when there is no log stream before its time-out", async () => {
      await broker.connection.deleteStream("logs-engine");
      const { log, errors } = logger({ timeoutMs: 20 });
      log.info("one");
      log.info("two");
      await log.flush();
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^cannot store log lines in conveyor: .*; the run continues, and its log there is incomplete$/,
        ),
      ]);
      expect(errors[0]!.cause).toMatchObject({ code: "no-stream" });
      expect(log.stats()).toMatchObject([{ accepted: 2, stored: 0, failed: 2 }]);
    });
  });
}
