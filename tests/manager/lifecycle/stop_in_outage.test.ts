import { expect, it } from "vitest";
import { conveyorSink } from "../../../src/logger/sinks/conveyor_sink.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

it(
  "a stop ends although the broker and the log of a run that ends meanwhile are away",
  async () => {
    const world = await openWorld("nats-server");
    const started = new Collector<string>();
    const leave = gate();
    const manager = await world.start({
      async reconcile({ logger, runId }) {
        logger.info("a line");
        started.add(runId);
        await leave.opened;
        logger.info("another line");
      },
    }, {
      shutdownGraceMs: 2000,
      abortGraceMs: 500,
      sinks: [conveyorSink({ connection: world.connection })],
    });
    await world.send();
    await started.first(1);
    await world.broker.cut();
    await world.events.find(({ type }) => type === "disconnected");
    const stopped = manager.stop().then(() => "stopped");
    leave.open();
    // The log sink gives its lines up after thirty seconds: the test has less.
    expect(await stopped).toBe("stopped");
    await world.broker.restore();
  },
  25_000,
);

it(
  "runs end without the stream of their logs: they wait for it once, together",
  async () => {
    const world = await openWorld("nats-server");
    await world.connection.deleteStream("logs-engine");
    await world.start({ reconcile: ({ logger }) => logger.info("a line") }, {
      concurrency: 1,
      sinks: [conveyorSink({ connection: world.connection })],
    });
    for (let run = 0; run < 5; run++) await world.send({ name: `site-${run}` });
    await world.results.first(5);
  },
  30_000,
);
