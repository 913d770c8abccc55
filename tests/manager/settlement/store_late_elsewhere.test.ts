import { expect, it, onTestFinished, vi } from "vitest";
import { resultMessageId } from "../../../src/protocol/result.ts";
import type { FoundOutcome } from "../../../src/manager/session/found_outcome.ts";
import type { Run } from "../../../src/manager/run/run.ts";
import type { OutcomeRecords } from "../../../src/manager/settlement/outcome_records.ts";
import { storeLate } from "../../../src/manager/settlement/store_late.ts";

const OUTCOME = { kind: "result" as const, result: { success: true, message: "", data: null } };

const WINDOW_MS = 120_000;

/** Stores a result late that was sent some time ago, and returns what becomes of it within the next seconds. */
async function stored(found: FoundOutcome | undefined, agoMs = 0): Promise<string[]> {
  const stopping = new AbortController();
  const did: string[] = [];
  const connection = {
    closed: new Promise<void>(() => {}),
    connected: true,
    streamInfo: () => Promise.resolve({ duplicateWindowMs: WINDOW_MS }),
    publishConfirmed: () => Promise.resolve(did.push("published")),
  };
  const key = { driver: "deploy", runId: "r", messageId: "1" };
  const run = {
    key,
    resultId: resultMessageId(key),
    session: {
      connection,
      shuttingDown: stopping.signal,
      journal: {
        lookUp: () => Promise.resolve(found),
        sent: () => did.push("recorded"),
      },
    },
  } as unknown as Run;
  const records = { keeps: () => true, storedLate: () => did.push("noted") };
  const bytes = new Uint8Array();
  const sentAt = performance.now() - agoMs;
  const ended = storeLate(run, OUTCOME, bytes, sentAt, records as unknown as OutcomeRecords);
  await vi.advanceTimersByTimeAsync(5000);
  stopping.abort();
  await ended;
  return did;
}

it("a late result is recorded once it is stored, and left to the process that has recorded it since, for half the window", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const all = ["published", "recorded", "noted"];
  expect(await stored(undefined)).toEqual(all);
  expect(await stored({ stored: false, outcome: OUTCOME, foreign: false })).toEqual(all);
  expect(await stored({ stored: false, outcome: OUTCOME, foreign: true })).toEqual([]);
  expect(await stored({ stored: false, outcome: OUTCOME, foreign: true }, WINDOW_MS * 0.6))
    .toEqual(all);
  expect(await stored({ stored: true })).toEqual(["noted"]);
});
