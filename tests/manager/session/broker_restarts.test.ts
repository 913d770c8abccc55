import { describe, expect, it } from "vitest";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { hexId, openWorld, type World } from "../support/world.ts";

const BUCKET = "conveyor-driver-outcomes";
const SUBJECT = `$KV.${BUCKET}.restarted`;
const OUTCOME = { result: { success: true, message: "", data: null } };

async function openJournal(world: World) {
  const connection = await world.broker.connect();
  const reopen = () => connection.keyValue(BUCKET, { ttlMs: 60_000 });
  const bucket = await reopen();
  const recoverable = new RecoverableBucket({ connection, bucket, reopen, onUnavailable() {} });
  return { journal: new OutcomeJournal(connection, recoverable, () => {}), connection };
}

describe.each(BROKERS)("a broker that has forgotten an acknowledgement, on %s", (kind) => {
  it("delivers a settled event as a new one to a process that started later, which stores no second result", async () => {
    const world = await openWorld(kind);
    const first = await world.start({});
    await first.stop();
    const id = hexId();
    const runId = await world.send({ id });
    // As a process does that has settled the event, and has seen the broker restart since.
    const { journal, connection } = await openJournal(world);
    const sentBy = Date.now();
    while (Date.now() === sentBy) await connection.flush(); // No broker restarts within a millisecond.
    const key = { driver: "deploy", runId, messageId: id };
    journal.sent(key, OUTCOME);
    journal.stored(key);
    journal.restarts.note();
    journal.close();
    await connection.flush();
    await connection.close();
    await world.start({});
    const end = await world.events.find(({ type }) => type === "run-ended");
    expect(end).toMatchObject({ outcome: "already-done" });
  });

  it("is noted by a process that has lived through its restart, before it asks for messages", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world);
    const written = new Collector<string>();
    connection.subscribe(SUBJECT, ({ subject }) => written.add(subject));
    await world.broker.cut();
    await world.broker.restore();
    expect(await written.first(1)).toEqual([SUBJECT]);
    const later = await openJournal(world);
    await later.journal.restarts.read();
    expect(later.journal.restarts.beforeMs).toBeGreaterThan(0);
    expect(journal.restarts.beforeMs).toBe(0);
    await connection.close();
    await later.connection.close();
  });
});
