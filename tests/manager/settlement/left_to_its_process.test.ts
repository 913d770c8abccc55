import { expect, it } from "vitest";
import type { Run } from "../../../src/manager/run/run.ts";
import type { FoundOutcome } from "../../../src/manager/session/found_outcome.ts";
import { OutcomeRecords } from "../../../src/manager/settlement/outcome_records.ts";

const OUTCOME = { result: { success: true, message: "deployed", data: null } };

/** What becomes of a redelivery, with what its journal holds and when the connection was restored. */
async function found(outcome: FoundOutcome, restoredAgoMs: number) {
  const journal = {
    find: () => Promise.resolve(outcome),
    restoredAt: performance.now() - restoredAgoMs,
  };
  const run = { resultId: "deploy:r:1", key: {}, session: { journal }, delivery: {} };
  return await new OutcomeRecords().find(run as unknown as Run);
}

it("a result that another process has recorded is left to that one for a while after a reconnect: it may say that it is stored", async () => {
  const recorded = { stored: false, outcome: OUTCOME, foreign: true } as const;
  expect(await found(recorded, 100)).toMatchObject({ kind: "retry", delayMs: 2000 });
  expect(await found(recorded, 7000)).toMatchObject({ kind: "retry", delayMs: 2000 });
  expect(await found(recorded, 9000)).toEqual({ kind: "result", ...OUTCOME });
  expect(await found(recorded, Infinity)).toEqual({ kind: "result", ...OUTCOME });
});

it("a result of its own is stored again at once, and one that is said to be stored is not", async () => {
  const own = { stored: false, outcome: OUTCOME, foreign: false } as const;
  expect(await found(own, 100)).toEqual({ kind: "result", ...OUTCOME });
  expect(await found({ stored: true }, 100)).toMatchObject({ kind: "already-done" });
});
