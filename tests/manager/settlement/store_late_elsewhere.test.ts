import { expect, it } from "vitest";
import { resultMessageId } from "../../../src/protocol/result.ts";
import type { FoundOutcome } from "../../../src/manager/session/found_outcome.ts";
import type { Run } from "../../../src/manager/run/run.ts";
import type { OutcomeRecords } from "../../../src/manager/settlement/outcome_records.ts";
import { storeLate } from "../../../src/manager/settlement/store_late.ts";

const OUTCOME = { kind: "result" as const, result: { success: true, message: "", data: null } };

/** Stores a result late, and returns what becomes of it when the journal knows `found`. */
async function stored(found: FoundOutcome | undefined): Promise<string[]> {
  const did: string[] = [];
  const connection = {
    closed: new Promise<void>(() => {}),
    connected: true,
    streamInfo: () => Promise.resolve({ duplicateWindowMs: 120_000 }),
    publishConfirmed: () => Promise.resolve(did.push("published")),
  };
  const key = { driver: "deploy", runId: "r", messageId: "1" };
  const run = {
    key,
    resultId: resultMessageId(key),
    session: {
      connection,
      shuttingDown: new AbortController().signal,
      journal: { lookUp: () => Promise.resolve(found) },
    },
  } as unknown as Run;
  const records = { keeps: () => true, storedLate: () => did.push("noted") };
  const bytes = new Uint8Array();
  await storeLate(run, OUTCOME, bytes, performance.now(), records as unknown as OutcomeRecords);
  return did;
}

it("a late result is left to the process that has recorded it since", async () => {
  expect(await stored(undefined)).toEqual(["published", "noted"]);
  expect(await stored({ stored: false, outcome: OUTCOME })).toEqual(["published", "noted"]);
  expect(await stored({ stored: false, outcome: OUTCOME, foreign: true })).toEqual([]);
  expect(await stored({ stored: true })).toEqual(["noted"]);
});
