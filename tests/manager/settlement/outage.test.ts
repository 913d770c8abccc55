import { describe, expect, it } from "vitest";
import { encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { startTcpProxy } from "../../support/tcp_proxy.ts";
import { BROKERS, type TestBroker } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { losingAcks } from "../support/losing_acks.ts";
import { openWorld, V2_STREAMS } from "../support/world.ts";

/** Streams that forget message ids almost at once: what an outage longer than the duplicate window comes to. */
const FORGETFUL = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 100 }));

/** A nats-server that lives on while nobody reaches it. */
async function openBehindProxy(): Promise<TestBroker> {
  const server = await startNatsServer();
  const proxy = await startTcpProxy(server.port);
  const url = `nats://127.0.0.1:${proxy.port}`;
  return {
    options: { servers: url },
    connect: () => connectBroker({ servers: [url] }),
    cut: () => Promise.resolve(proxy.refuse()),
    terminate: () => server.kill("SIGTERM"),
    restore: () => Promise.resolve(proxy.accept()),
    async close() {
      await proxy[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

describe.each([...BROKERS, "the network"] as const)("an outage of %s", (kind) => {
  it(
    "results that end during an outage are stored after it, each once, without another reconcile",
    async () => {
      const broker = kind === "the network" ? await openBehindProxy() : kind;
      const world = await openWorld(broker, { streams: FORGETFUL });
      const started = new Collector<string>();
      const leave = gate();
      await world.start({
        async reconcile({ runId }) {
          started.add(runId);
          await leave.opened;
        },
      }, { concurrency: 4, ackWaitMs: 13_000 });
      for (const name of ["a", "b", "c", "d"]) await world.send({ name });
      await started.first(4);
      await world.broker.cut();
      leave.open();
      await world.events.until((events) =>
        events.filter((event) => event.type === "run-ended" && event.outcome === "unconfirmed")
          .length === 4
      );
      // By the time that this is given up, whatever followed the results has been given up too.
      const inVain = world.connection.publishConfirmed("events.x", encodeText(""), {
        timeoutMs: 6000,
      });
      await expect(inVain).rejects.toMatchObject({ code: "timeout" });
      await world.broker.restore();
      const results = await world.results.first(4);
      expect(new Set(results.map(({ run_id }) => run_id))).toEqual(new Set(started.items));
      await world.events.until((events) =>
        events.filter((event) => event.type === "run-ended" && event.outcome === "succeeded")
          .length === 4
      );
      expect(started.items).toHaveLength(4);
      expect(world.results.items).toHaveLength(4);
    },
    60_000,
  );
});

describe("an orderly restart of nats-server", () => {
  it(
    "a result that the engine has taken leaves no second result, though the server forgets its id and the acknowledgement was lost",
    async () => {
      const world = await openWorld("nats-server");
      let calls = 0;
      const definition = {
        reconcile() {
          calls++;
        },
      };
      const { transport } = losingAcks(world.broker);
      const dying = await world.start(definition, { transport, ackWaitMs: 1000 });
      await world.send();
      await world.results.first(1);
      await dying.stop();
      while ((await world.connection.streamInfo("pipeline-engine"))!.messages > 0);
      await world.broker.terminate();
      await world.broker.restore();
      const heir = await world.start(definition, { ackWaitMs: 1000 });
      await world.events.find((event) =>
        event.type === "run-ended" && event.outcome === "already-done"
      );
      await heir.stop();
      expect(calls).toBe(1);
      const { sequence } = await world.connection.publishConfirmed(
        "pipelines.other",
        encodeText(""),
      );
      expect(sequence).toBe(2);
    },
    30_000,
  );

  it(
    "a process that lives through it knows its stored results itself, without the journal",
    async () => {
      const world = await openWorld("nats-server");
      let calls = 0;
      const { transport } = losingAcks(world.broker, { times: 1 });
      const manager = await world.start({
        reconcile() {
          calls++;
        },
      }, { transport, ackWaitMs: 1000, journal: false });
      await world.send();
      await world.results.first(1);
      while ((await world.connection.streamInfo("pipeline-engine"))!.messages > 0);
      await world.broker.terminate();
      await world.broker.restore();
      await world.events.find((event) =>
        event.type === "run-ended" && event.outcome === "already-done"
      );
      await manager.stop();
      expect(calls).toBe(1);
      expect(world.results.items).toHaveLength(1);
      expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
    },
    30_000,
  );
});
