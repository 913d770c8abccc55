import { describe, expect, it } from "vitest";
import { decodeText } from "../../../src/encoding/json.ts";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { STREAMS } from "../../../src/protocol/subjects.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld, V2_STREAMS, type World } from "../support/world.ts";

const OUTCOME = { result: { success: true, message: "deployed", data: null } };
/** The id of a result is forgotten almost at once: after that, a record is the only proof. */
const WINDOW_MS = 100;
const FORGETFUL = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: WINDOW_MS }));

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
  const breakDown = async (...recorded: string[]) => {
    // A server responds to a flush while what it has received before still waits to be stored.
    for (const runId of recorded) {
      await expect.poll(() => bucket.get(bucket.key("deploy", runId, "1"))).toBeDefined();
    }
    const lost = new Promise<void>((resolve) =>
      connection.onStatus(({ type }) => type === "disconnected" && resolve())
    );
    await world.broker.cut();
    await lost;
  };
  /** Restores it, once the window of what was sent before is over: a record that is read earlier proves nothing. */
  const restore = async () => {
    const brokenAt = Date.now();
    await world.broker.restore();
    const serverTimeMs = async () =>
      (await connection.streamInfo(STREAMS.pipelineEngine))?.serverTimeMs;
    await expect.poll(serverTimeMs).toBeGreaterThan(brokenAt + WINDOW_MS);
  };
  return { journal, connection, written, breakDown, restore };
}

describe.each(BROKERS)("a process's own records on %s", (kind) => {
  it("one that got through on a connection that broke before the confirmation is a proof, once its window is over", async () => {
    const world = await openWorld(kind, { streams: FORGETFUL });
    const { journal, connection, written, breakDown, restore } = await openJournal(world);
    for (const runId of ["a", "b"]) journal.sent(key(runId), OUTCOME);
    await breakDown("a", "b");
    journal.unconfirmed(key("a"), OUTCOME, false);
    journal.unconfirmed(key("b"), OUTCOME, true); // Corrections are made in order.
    await restore();
    await written.find((text) => text.includes(".b.") && text.includes("unconfirmed"));
    await expect.poll(() => journal.find(key("a"))).toEqual({ stored: true });
    expect(await journal.find(key("b"))).toMatchObject({ stored: false, foreign: false });
    await connection.close();
  });

  it("one whose result was sent again in vain since then is none", async () => {
    const world = await openWorld(kind, { streams: FORGETFUL });
    const { journal, connection, written, breakDown, restore } = await openJournal(world);
    journal.sent(key("a"), OUTCOME);
    await breakDown("a");
    journal.unconfirmed(key("a"), OUTCOME, false);
    await restore();
    await expect.poll(() => journal.find(key("a"))).toEqual({ stored: true });
    journal.unconfirmed(key("a"), OUTCOME, false);
    await written.find((text) => text.includes(".a.") && text.includes("unconfirmed"));
    await expect.poll(() => journal.find(key("a"))).toMatchObject({ stored: false });
    await connection.close();
  });
});
