import { describe, expect, it } from "vitest";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { decodeText } from "../../../src/protocol/json.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, type World } from "../support/world.ts";

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
    connection.subscribe(bucket.subject(name), ({ data }) => written.add(decodeText(data)));
    journal.sent(key("a"), OUTCOME);
    await connection.flush();
    await world.broker.cut();
    journal.unconfirmed(key("a"), OUTCOME);
    await expect(connection.streamInfo("messages")).rejects.toMatchObject({ code: "timeout" });
    await world.broker.restore();
    await written.find((record) => record.includes("unconfirmed"));
    await bucket.put("later", new Uint8Array()); // The stream takes messages in order.
    expect(await journal.find(key("a"))).toEqual({ stored: false, outcome: OUTCOME });
    await connection.close();
  });

  it("never takes back what somebody else has stored meanwhile", async () => {
    const world = await openWorld(kind);
    const { journal, connection } = await openJournal(world, "conveyor-driver-outcomes");
    journal.stored(key("a"), "no such cluster");
    await connection.flush();
    const other = await openJournal(world, "conveyor-driver-outcomes");
    const corrected = new Promise<void>((resolve) =>
      connection.subscribe(
        other.bucket.subject(other.bucket.key("deploy", "b", "1")),
        () => resolve(),
      )
    );
    await connection.flush();
    other.journal.unconfirmed(key("a"), OUTCOME);
    other.journal.unconfirmed(key("b"), OUTCOME); // Corrections are made in order.
    await corrected;
    await other.bucket.put("later", new Uint8Array());
    expect(await journal.find(key("a"))).toEqual({
      stored: true,
      deadLetterReason: "no such cluster",
    });
    await connection.close();
    await other.connection.close();
  });

  it("throws at nothing that it is to record", async () => {
    const world = await openWorld(kind);
    const { journal, connection, errors } = await openJournal(world, "conveyor-driver-outcomes");
    const circular = { result: { success: true, message: "", data: 1n } };
    const large = { result: { success: true, message: "", data: "x".repeat(2 * 1024 * 1024) } };
    journal.sent(key("a"), circular);
    journal.unconfirmed(key("a"), circular);
    journal.sent(key("b"), OUTCOME);
    journal.sent(key("c"), large);
    expect(errors).toHaveLength(3);
    await connection.close();
    journal.sent(key("d"), OUTCOME);
    journal.stored(key("d"));
    expect(errors).toHaveLength(4);
  });
});
