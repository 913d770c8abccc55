import { describe, expect, it } from "vitest";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { encodeText } from "../../../src/encoding/json.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { startTcpProxy } from "../../support/tcp_proxy.ts";
import { brokerOf, BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { hexId, openWorld, V2_STREAMS, type World } from "../support/world.ts";

const OUTCOME = { result: { success: true, message: "", data: null } };

/** Records the outcome of a run as another process does that has stored its result. */
async function recordElsewhere(world: World, runId: string, messageId: string): Promise<void> {
  const connection = await world.broker.connect();
  const reopen = () => connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
  const journal = new OutcomeJournal(
    connection,
    new RecoverableBucket({ connection, bucket: await reopen(), reopen, onUnavailable() {} }),
    () => {},
  );
  const key = { driver: "deploy", runId, messageId };
  journal.sent(key, OUTCOME);
  journal.stored(key);
  journal.close();
  await connection.close();
}

/** The number of results that were stored so far. */
async function countResults({ connection }: World): Promise<number> {
  return (await connection.publishConfirmed("pipelines.other", encodeText(""))).sequence - 1;
}

describe.each(BROKERS)("a run that lives through an outage, on %s", (kind) => {
  it("stores no result when another process has, to which the broker has delivered its event too", async () => {
    const world = await openWorld(kind);
    const started = gate();
    const leave = gate();
    await world.start({
      async reconcile() {
        started.open();
        await leave.opened;
      },
    });
    const id = hexId();
    const runId = await world.send({ id });
    await started.opened;
    await world.broker.cut();
    await world.broker.restore();
    await world.events.find(({ type }) => type === "reconnected");
    await recordElsewhere(world, runId, id);
    leave.open();
    const end = await world.events.find(({ type }) => type === "run-ended");
    expect(end).toMatchObject({ outcome: "already-done" });
    expect(await countResults(world)).toBe(0);
  });
});

describe("a process that is cut off", () => {
  it("drops a result that waits for the connection when its lease runs out", async () => {
    await using server = await startNatsServer();
    await using proxy = await startTcpProxy(server.port);
    // The stream forgets the id of the first result before the second one could arrive.
    const streams = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 100 }));
    const world = await openWorld(brokerOf(server), { streams });
    const ends = new Collector<string>();
    const down = gate();
    const started = gate();
    const leave = gate();
    const cutOff = world.manager({
      async reconcile() {
        started.open();
        await leave.opened;
      },
    }, {
      servers: `nats://127.0.0.1:${proxy.port}`,
      ackWaitMs: 2000,
      onEvent(event) {
        if (event.type === "disconnected") down.open();
        if (event.type === "run-ended") ends.add(event.outcome);
      },
    });
    const running = cutOff.run();
    await Promise.race([cutOff.ready, running]);
    await world.send();
    await started.opened;
    proxy.refuse();
    await down.opened;
    leave.open();
    await world.start({}, { ackWaitMs: 2000 });
    await world.events.find((event) => event.type === "run-ended");
    proxy.accept();
    const [end] = await ends.first(1);
    expect(["unconfirmed", "lease-lost"]).toContain(end); // The latter on a machine that is busy for long.
    await cutOff.stop();
    expect(await countResults(world)).toBe(1);
  }, 30_000);
});
