import { describe, expect, it } from "vitest";
import { decodeText } from "../../../src/encoding/json.ts";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V2_STREAMS, type World } from "../support/world.ts";

const OUTCOME = { result: { success: true, message: "deployed", data: null } };
/** The id of a result is forgotten almost at once: after that, a record is the only proof. */
const FORGETFUL = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 100 }));

const key = (runId: string) => ({ driver: "deploy", runId, messageId: "1" });

/** A journal of a connection that breaks, once its records have arrived; and what is written to its bucket after that. */
async function openJournal(world: World) {
  const connection = await world.broker.connect();
  const reopen = () => connection.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
  const bucket = await reopen();
  const journal = new OutcomeJournal(
    connection,
    new RecoverableBucket({ connection, bucket, reopen, onUnavailable: () => {} }),
    () => {},
  );
  const written = new Collector<string>();
  connection.subscribe(
    "$KV.conveyor-driver-outcomes.>",
    ({ subject, data }) => written.add(`${subject} ${decodeText(data)}`),
  );
  const breakDown = async () => {
    await connection.flush();
    const lost = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "disconnected" && resolve())
    );
    await world.broker.cut();
    await lost;
  };
  return { journal, connection, written, breakDown };
}

describe.each(BROKERS)("a process's own records on %s", (kind) => {
  it("one that got through on a connection that broke before the confirmation is a proof, once its window is over", async () => {
    const world = await openWorld(kind, { streams: FORGETFUL });
    const { journal, connection, written, breakDown } = await openJournal(world);
    for (const runId of ["a", "b"]) journal.sent(key(runId), OUTCOME);
    await breakDown();
    journal.unconfirmed(key("a"), OUTCOME, false);
    journal.unconfirmed(key("b"), OUTCOME, true); // Corrections are made in order.
    await world.broker.restore();
    await written.find((text) => text.includes(".b.") && text.includes("unconfirmed"));
    await expect.poll(() => journal.find(key("a"))).toEqual({ stored: true });
    expect(await journal.find(key("b"))).toMatchObject({ stored: false, foreign: false });
    await connection.close();
  });

  it("one whose result was sent again in vain since then is none", async () => {
    const world = await openWorld(kind, { streams: FORGETFUL });
    const { journal, connection, written, breakDown } = await openJournal(world);
    journal.sent(key("a"), OUTCOME);
    await breakDown();
    journal.unconfirmed(key("a"), OUTCOME, false);
    await world.broker.restore();
    await expect.poll(() => journal.find(key("a"))).toEqual({ stored: true });
    journal.unconfirmed(key("a"), OUTCOME, false);
    await written.find((text) => text.includes(".a.") && text.includes("unconfirmed"));
    await expect.poll(() => journal.find(key("a"))).toMatchObject({ stored: false });
    await connection.close();
  });
});
