import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { conveyorSink } from "../../../src/logger/sinks/conveyor_sink.ts";
import { memorySink } from "../../../src/logger/sinks/memory_sink.ts";
import { BROKERS, ensureLogStream, takeStored } from "../support/brokers.ts";
import { lokiLogger, server, useLoki } from "../support/loki.ts";

const HOUR_MS = 3_600_000;

/** Sets the host's clock at each look at it. */
function setClockAllTheTime(sign: number): void {
  const now = Date.now.bind(Date);
  let hours = 0;
  vi.spyOn(Date, "now").mockImplementation(() => now() + sign * HOUR_MS * ++hours);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([["forward", 1], ["back", -1]])(
  "a host whose clock is set %s all the time",
  (_, sign) => {
    beforeEach(() => setClockAllTheTime(sign));

    it.each(BROKERS)("stores lines on %s", async (_, startBroker) => {
      await using broker = await startBroker();
      const { connection } = broker;
      await ensureLogStream(connection);
      const errors: Error[] = [];
      const logger = createLogger({
        driver: "deploy",
        runId: "run-1",
        sinks: [conveyorSink({ connection })],
        onSinkError: (error) => errors.push(error),
      });
      for (let line = 0; line < 3000; line++) logger.info("x"); // More than are on their way at a time.
      await logger.flush();
      expect(errors).toEqual([]);
      expect((await takeStored(connection)).length).toBe(3000);
    });

    it("keeps only the states of a progress bar that are some time apart", async () => {
      const sink = memorySink();
      const logger = createLogger({ driver: "deploy", runId: "run-1", sinks: [sink] });
      const writer = logger.writable({ progressIntervalMs: HOUR_MS / 2 }).getWriter();
      for (let percent = 0; percent <= 100; percent++) await writer.write(`\r${percent} %`);
      await writer.close();
      await logger.close();
      expect(sink.records.map(({ message }) => message)).toEqual(["100 %"]);
    });
  },
);

describe("a host whose clock is set forward all the time", () => {
  useLoki();

  it("stores lines in Loki, also where a push has to be repeated", async () => {
    setClockAllTheTime(1);
    server.answerNext({ status: 503, headers: { "retry-after": "0" } });
    const { logger, errors } = lokiLogger();
    logger.info("x");
    await logger.flush();
    expect([errors, server.lines().map(({ line }) => line)]).toEqual([[], ["x"]]);
  });
});
