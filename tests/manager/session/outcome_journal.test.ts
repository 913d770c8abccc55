import { describe, expect, it } from "vitest";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { decodeText, encodeJson } from "../../../src/encoding/json.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V2_STREAMS, type World } from "../support/world.ts";

const SUBJECTS = "$KV.conveyor-driver-outcomes.";
const OUTCOME = { result: { success: true, message: "deployed", data: null } };

function key(runId: string) {
  return { driver: "deploy", runId, messageId: "1" };
}

async function openJournal(world: World, name: string) {
  const connection = await world.broker.connect();
  const reopen = () => connection.keyValue(name, { ttlMs: 60_000 });
  const errors: Error[] = [];
  const bucket = await reopen();
  const recoverable = new RecoverableBucket({
    connection,
    bucket,
    reopen,
    onUnavailable: (error) => errors.push(error),
  });
  return {
    journal: new OutcomeJournal(connection, recoverable, (error) => errors.push(error)),
    connection,
    bucket,
    errors,
  };
}

describe.each(BROKERS)("the outcome journal on %s", (kind) => {
  it("finds nothing before an outcome is recorded", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world, "conveyor-driver-outcomes");
    expect(await journal.find(key("a"))).toBeUndefined();
    await connection.close();
  });

  it("records nothing while the connection is away: what it held back would arrive without its result", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(
      world,
      "conveyor-driver-outcomes",
    );
    const changed = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "disconnected" && resolve())
    );
    await world.broker.cut();
    await changed;
    for (const runId of ["a", "b"]) journal.sent(key(runId), OUTCOME);
    await world.broker.restore();
    await connection.flush();
    journal.sent(key("c"), OUTCOME);
    await bucket.put("later", new Uint8Array()); // The stream takes messages in order.
    expect(await journal.find(key("c"))).toMatchObject({ stored: false });
    expect(await journal.find(key("a"))).toBeUndefined();
    expect(await journal.find(key("b"))).toBeUndefined();
    await connection.close();
  });

  it("takes a record back as soon as its bucket can be written again, however often that fails", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(world, "conveyor-driver-outcomes");
    const name = bucket.key("deploy", "a", "1");
    const written = new Collector<string>();
    connection.subscribe(bucket.writeSubject(name), ({ data }) => written.add(decodeText(data)));
    journal.sent(key("a"), OUTCOME);
    await connection.flush();
    await world.broker.cut();
    journal.unconfirmed(key("a"), OUTCOME, true);
    await expect(connection.streamInfo("messages")).rejects.toMatchObject({ code: "timeout" });
    await world.broker.restore();
    await written.find((record) => record.includes("unconfirmed"));
    await bucket.put("later", new Uint8Array()); // The stream takes messages in order.
    expect(await journal.find(key("a"))).toEqual({
      stored: false,
      outcome: OUTCOME,
      foreign: false,
    });
    await connection.close();
  });

  it("leaves alone what another process has recorded meanwhile", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(world, "conveyor-driver-outcomes");
    const written = new Collector<string>();
    connection.subscribe(`${SUBJECTS}>`, ({ subject }) => written.add(subject));
    journal.sent(key("a"), OUTCOME);
    journal.stored(key("a"));
    await written.first(2);
    const other = await openJournal(world, "conveyor-driver-outcomes");
    other.journal.unconfirmed(key("a"), OUTCOME, true);
    other.journal.unconfirmed(key("b"), OUTCOME, true); // Corrections are made in order.
    await written.find((subject) =>
      subject === bucket.writeSubject(bucket.key("deploy", "b", "1"))
    );
    await bucket.put("later", new Uint8Array()); // The stream takes messages in order.
    expect(await other.journal.find(key("a"))).toEqual({ stored: true });
    expect(await other.journal.find(key("b"))).toEqual({
      stored: false,
      outcome: OUTCOME,
      foreign: false,
    });
    await connection.close();
    await other.connection.close();
  });

  it("tells other processes which results are stored, which are not, and which dead letters", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world, "conveyor-driver-outcomes");
    const reader = await openJournal(world, "conveyor-driver-outcomes");
    const dead = { ...OUTCOME, deadLetterReason: "no such cluster" };
    for (const runId of ["a", "b", "c"]) journal.sent(key(runId), OUTCOME);
    for (const runId of ["d", "e"]) journal.sent(key(runId), dead);
    await connection.flush();
    const foreign = { stored: false, outcome: OUTCOME, foreign: true };
    expect(await reader.journal.find(key("a"))).toEqual(foreign);
    for (const runId of ["a", "c", "d", "e"]) journal.stored(key(runId));
    journal.deadLettered(key("e"));
    journal.close();
    await connection.close();
    const found = async (runId: string) => await reader.journal.find(key(runId));
    expect(await found("a")).toEqual({ stored: true });
    expect(await found("b")).toEqual(foreign);
    expect(await found("c")).toEqual({ stored: true });
    expect(await found("d")).toEqual({ stored: true, deadLetterReason: "no such cluster" });
    expect(await found("e")).toEqual({ stored: true });
    await reader.connection.close();
  });

  it("writes once for many results, and nothing for none", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world, "conveyor-driver-outcomes");
    let writes = 0;
    connection.subscribe(`${SUBJECTS}instance.*`, () => writes++);
    for (let at = 0; at < 500; at++) {
      journal.sent(key(`${at}`), OUTCOME);
      journal.stored(key(`${at}`));
    }
    journal.close();
    await connection.flush();
    expect(writes).toBe(2); // The first result is told of at once, the others together.
    await connection.close();
  });

  it("says again what is stored when its connection is restored", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world, "conveyor-driver-outcomes");
    const writes = new Collector<string>();
    connection.subscribe(`${SUBJECTS}instance.*`, ({ data }) => writes.add(decodeText(data)));
    journal.sent(key("a"), OUTCOME);
    journal.stored(key("a"));
    await writes.first(1);
    const changed = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "disconnected" && resolve())
    );
    await world.broker.cut();
    await changed;
    await world.broker.restore();
    await writes.first(2);
    expect(writes.items[1]).toBe(writes.items[0]);
    await connection.close();
  });

  it("sends a record again whose connection broke before its result was confirmed, once it is", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(world, "conveyor-driver-outcomes");
    const written = new Collector<string>();
    const isOutcome = (subject: string) => subject !== `${SUBJECTS}restarted`;
    connection.subscribe(
      `${SUBJECTS}>`,
      ({ subject }) => isOutcome(subject) && written.add(subject),
    );
    const record = bucket.writeSubject(bucket.key("deploy", "a", "1"));
    journal.sent(key("a"), OUTCOME);
    await written.first(1);
    const changed = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "reconnected" && resolve())
    );
    await world.broker.cut();
    await world.broker.restore();
    await changed;
    journal.stored(key("a"));
    await written.find((subject) => subject.startsWith(`${SUBJECTS}instance.`));
    expect(written.items.slice(0, 2)).toEqual([record, record]);
    await connection.close();
  });

  it("keeps the record of another process that has stored the result meanwhile", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(world, "conveyor-driver-outcomes");
    const changed = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "disconnected" && resolve())
    );
    await world.broker.cut();
    await changed;
    journal.sent(key("a"), OUTCOME);
    await world.broker.restore();
    const other = await openJournal(world, "conveyor-driver-outcomes");
    other.journal.sent(key("a"), { result: { ...OUTCOME.result, message: "by the other" } });
    other.journal.stored(key("a"));
    await other.connection.flush();
    const { stored } = (await journal.find(key("a")))!;
    journal.stored(key("a"), stored);
    await connection.flush();
    await bucket.put("later", new Uint8Array()); // The stream takes messages in order.
    const record = await bucket.get(bucket.key("deploy", "a", "1"));
    expect(decodeText(record!.value)).toContain("by the other");
    await connection.close();
    await other.connection.close();
  });

  it("reads the records of earlier releases", async () => {
    const world = await openWorld(kind);
    const { journal, connection, bucket } = await openJournal(world, "conveyor-driver-outcomes");
    const put = (runId: string, record: object) =>
      bucket.put(bucket.key("deploy", runId, "1"), encodeJson(record));
    const { result } = OUTCOME;
    await put("a", { result });
    await put("b", { result, giveUp: "no such cluster", unconfirmed: true });
    await put("c", { nothing: "of the kind" });
    expect(await journal.find(key("a"))).toEqual({
      stored: false,
      outcome: OUTCOME,
      foreign: true,
    });
    expect(await journal.find(key("b"))).toEqual({
      stored: false,
      foreign: true,
      outcome: { result, deadLetterReason: "no such cluster" },
    });
    expect(await journal.find(key("c"))).toBeUndefined();
    await world.connection.ensureStream({ ...V2_STREAMS[1]!, duplicateWindowMs: 100 });
    while (!(await journal.lookUp(key("a")))?.stored);
    expect(await journal.find(key("a"))).toEqual({ stored: true });
    expect(await journal.find(key("b"))).toMatchObject({ stored: false });
    await connection.close();
  });

  it("throws at nothing that it is to record", async () => {
    const world = await openWorld(kind);
    const { journal, connection, errors } = await openJournal(world, "conveyor-driver-outcomes");
    const circular = { result: { success: true, message: "", data: 1n } };
    const large = { result: { success: true, message: "", data: "x".repeat(2 * 1024 * 1024) } };
    journal.sent(key("a"), circular);
    journal.unconfirmed(key("a"), circular, true);
    journal.sent(key("b"), OUTCOME);
    journal.sent(key("c"), large);
    expect(errors).toHaveLength(3);
    await connection.close();
    journal.sent(key("d"), OUTCOME);
    journal.stored(key("b"));
    expect(errors).toHaveLength(3);
  });
});
