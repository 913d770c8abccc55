import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "../../../src/protocol/json.ts";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import type { KeyValue } from "../../../src/transport/transport.ts";
import { BROKERS } from "../support/brokers.ts";
import { openWorld } from "../support/world.ts";

const KEY = { driver: "deploy", runId: "run", messageId: "message" };
const RESULT = { success: false, message: "away", data: null };

async function openJournal(kind: (typeof BROKERS)[number], duplicateWindowMs: number) {
  const { connection } = await openWorld(kind, {
    streams: [{
      name: "pipeline-engine",
      subjects: ["pipelines.>"],
      retention: "workqueue",
      duplicateWindowMs,
    }],
  });
  const bucket = await connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
  const journal = new OutcomeJournal(connection, bucket, (error) => expect.unreachable(`${error}`));
  return { journal, bucket };
}

/** Reads the record of the key. A confirmed write behind it makes sure that the record has reached the bucket. */
async function recordOf(bucket: KeyValue): Promise<unknown> {
  await bucket.put(bucket.key("a", "later", "write"), encodeText("done"));
  const entry = await bucket.get(bucket.key(KEY.driver, KEY.runId, KEY.messageId));
  return entry && JSON.parse(decodeText(entry.value));
}

describe.each(BROKERS)("the outcome journal on %s", (kind) => {
  it("finds nothing before an outcome is recorded", async () => {
    const { journal } = await openJournal(kind, 60_000);
    expect(await journal.find(KEY)).toBeUndefined();
  });

  it("writes the reason of a dead letter in the field giveUp, as earlier releases read it", async () => {
    const { journal, bucket } = await openJournal(kind, 60_000);
    journal.record(KEY, { result: RESULT, deadLetterReason: "the last attempt" });
    expect(await recordOf(bucket)).toEqual({ result: RESULT, giveUp: "the last attempt" });
    expect(await journal.find(KEY)).toEqual({
      result: RESULT,
      deadLetterReason: "the last attempt",
      republish: true,
    });
  });

  it("publishes a revoked outcome again, even after the stream has forgotten its id", async () => {
    const { journal, bucket } = await openJournal(kind, 100);
    journal.record(KEY, { result: RESULT });
    journal.record(KEY, { result: RESULT }, false);
    expect(await recordOf(bucket)).toEqual({ result: RESULT, unconfirmed: true });
    expect(await journal.find(KEY)).toEqual({ result: RESULT, republish: true });
  });
});
