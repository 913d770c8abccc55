import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/logger/create_logger.ts";
import { conveyorSink } from "../../../src/logger/sinks/conveyor_sink.ts";
import { lokiLogger, server, useLoki } from "../support/loki.ts";
import { heldSink } from "../support/held_sink.ts";

useLoki();

const TOKEN = "t0ken-of-later";

describe("a secret that becomes known after its line was queued is masked", () => {
  it("in the queue before a sink", async () => {
    const held = heldSink();
    const limited = Object.assign(held.sink, { maxInFlight: 1 });
    const logger = createLogger({ driver: "deploy", runId: "1", sinks: [limited] });
    logger.info("first");
    logger.info(`got ${TOKEN}`, { header: TOKEN });
    await held.count(1);
    logger.mask(TOKEN);
    held.waiting[0]!.store();
    await held.count(2);
    held.waiting[1]!.store();
    expect(held.waiting[1]!.record).toMatchObject({
      message: "got ***",
      labels: { header: "***" },
    });
  });

  it("in a batch for Loki", async () => {
    const { logger, errors } = lokiLogger({ batchMs: 60_000 });
    logger.info(`got ${TOKEN}`, { header: TOKEN });
    const flushed = logger.flush();
    logger.mask(TOKEN);
    await flushed;
    expect([errors, server.lines().map(({ line }) => line)]).toEqual([[], ["got ***"]]);
    expect(server.pushes.map(({ body }) => body).join()).not.toContain(TOKEN);
  });

  it("in a push to Loki that is retried", async () => {
    const { logger } = lokiLogger({ batchMs: 1 });
    server.answerNext({ status: 503 });
    logger.info(`got ${TOKEN}`);
    const flushed = logger.flush();
    while (server.pushes.length === 0) await server.pushed();
    logger.mask(TOKEN);
    await flushed;
    expect(server.lines().map(({ line }) => line)).toEqual(["got ***"]);
  });

  it("in the window of the Conveyor sink", async () => {
    const stored: string[] = [];
    const confirms: (() => void)[] = [];
    const connection = {
      maxPayload: 1024 * 1024,
      publish() {},
      publishConfirmed: (_subject: string, data: Uint8Array) => {
        stored.push(new TextDecoder().decode(data));
        return new Promise<never>((resolve) => confirms.push(() => resolve(undefined as never)));
      },
    };
    const sink = conveyorSink({ connection, window: 1 });
    const waiting = Object.assign((record: Parameters<typeof sink>[0]) => sink(record), {
      maxInFlight: 10,
    });
    const logger = createLogger({ driver: "deploy", runId: "1", sinks: [waiting] });
    logger.info("first");
    logger.info(`got ${TOKEN}`);
    const flushed = logger.flush();
    while (confirms.length < 1) await Promise.resolve();
    logger.mask(TOKEN);
    confirms[0]!();
    while (confirms.length < 2) await Promise.resolve();
    confirms[1]!();
    await flushed;
    expect(stored[1]).toContain('"got ***"');
  });
});
