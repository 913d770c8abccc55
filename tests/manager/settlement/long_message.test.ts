import { NonRetryableError } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import {
  decodeOutcomeRecord,
  encodeOutcomeRecord,
} from "../../../src/manager/session/outcome_record.ts";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { shorten } from "../../../src/manager/settlement/shorten.ts";
import { BROKERS } from "../support/brokers.ts";
import { losingAcks } from "../support/losing_acks.ts";
import { openWorld, type World } from "../support/world.ts";

/** A build log that JSON needs six bytes for each character of, and that begins and ends with what matters. */
const LOG = `the build failed\n${"\u001b".repeat(600_000)}\nld: cannot find -lssl`;

const fail = { reconcile: () => Promise.reject(new NonRetryableError(LOG)) };

function ended(world: World, outcome: string) {
  return world.events.find((event) => event.type === "run-ended" && event.outcome === outcome);
}

describe.each(BROKERS)("a failure with a long message on %s", (kind) => {
  it("is cut with a mark in its one result, in its dead letter and in its record", async () => {
    const world = await openWorld(kind);
    const reasons: string[] = [];
    const manager = await world.start(fail, {
      onDeadLetter: ({ reason }) => void reasons.push(reason),
    });
    const runId = await world.send({ id: "message" });
    const [result] = await world.results.first(1);
    await ended(world, "dead-lettered");
    const message = result!.driverresult.message;
    expect(message).toMatch(
      /^the build failed\n[^]*\n… \d+ characters left out …\n[^]*ld: cannot find -lssl$/,
    );
    expect(message.length).toBeLessThan(70_000);
    expect(reasons).toEqual([message]);
    const bucket = await world.connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
    const entry = await bucket.get(bucket.key("deploy", runId, "message"));
    expect(decodeOutcomeRecord(entry!.value)?.outcome).toEqual({
      result: { success: false, message, data: null },
      deadLetterReason: message,
    });
    await manager.stop();
    expect(world.results.items).toHaveLength(1);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("is settled once the result stream is back, when that was gone too", async () => {
    const world = await openWorld(kind);
    const manager = await world.start(fail);
    await world.connection.deleteStream("pipeline-engine");
    await world.send();
    await ended(world, "unconfirmed");
    await world.connection.ensureStream({
      name: "pipeline-engine",
      subjects: ["pipelines.>"],
      retention: "limits",
    });
    await ended(world, "dead-lettered");
    await manager.stop();
    expect((await world.connection.streamInfo("pipeline-engine"))?.messages).toBe(1);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("is no second dead letter for the next process, when only the acknowledgement was lost", async () => {
    const world = await openWorld(kind);
    const reasons: string[] = [];
    const { transport } = losingAcks(world.broker);
    const dying = await world.start(fail, { transport, ackWaitMs: 1000 });
    await world.send();
    await ended(world, "dead-lettered");
    await dying.stop();
    const heir = await world.start(fail, {
      ackWaitMs: 1000,
      onDeadLetter: ({ reason }) => void reasons.push(reason),
    });
    await ended(world, "already-done");
    await heir.stop();
    expect(reasons).toEqual([]);
    expect(world.results.items).toHaveLength(1);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("is a dead letter for the next process too, when its own died before it could say so", async () => {
    const world = await openWorld(kind);
    const connection = await world.broker.connect();
    const reasons: string[] = [];
    const manager = await world.start({
      async reconcile({ runId, messageId }) {
        const reopen = () => connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
        const bucket = await reopen();
        const journal = new OutcomeJournal(
          connection,
          new RecoverableBucket({ connection, bucket, reopen, onUnavailable() {} }),
          () => {},
        );
        const key = { driver: "deploy", runId, messageId };
        const result = { success: false, message: "the other process", data: null };
        journal.sent(key, { result, deadLetterReason: "the other process gave up" });
        journal.stored(key);
        await connection.close();
        throw new Error("this is tried again");
      },
    }, { onDeadLetter: ({ reason }) => void reasons.push(reason) });
    await world.send();
    await ended(world, "already-done");
    await manager.stop();
    expect(reasons).toEqual(["the other process gave up"]);
    expect(world.results.items).toEqual([]);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });
});

describe("a record of a long failure", () => {
  it("cuts the dead letter's reason, which the message holds too, only where both are too large", () => {
    const message = "x".repeat(10_000);
    const deadLetterReason = `${message} (attempt 5 of 5, the last)`;
    const outcome = { result: { success: false, message, data: null }, deadLetterReason };
    const record = { outcome, unconfirmed: false };
    expect(decodeOutcomeRecord(encodeOutcomeRecord(record, 30_000))).toEqual(record);
    const cut = encodeOutcomeRecord(record, 16_000);
    expect(cut.length).toBeLessThan(16_000);
    const { outcome: read } = decodeOutcomeRecord(cut)!;
    expect(read.result).toEqual(outcome.result);
    expect(read.deadLetterReason).toMatch(/^x{800,}…$/);
  });
});

describe("shortening a text", () => {
  it("leaves a short one as it is, and marks what it leaves out of a long one", () => {
    expect(shorten("12345678", 8)).toBe("12345678");
    expect(shorten("12345678", 4)).toBe("12\n… 4 characters left out …\n78");
  });

  it("does not cut a character in half", () => {
    expect(shorten("a😀bbbb😀c", 4)).toBe("a\n… 8 characters left out …\nc");
  });
});
