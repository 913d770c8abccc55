import { describe, expect, it } from "vitest";
import { Ledger, type StoredResult } from "../../chaos/lib/ledger.ts";
import type { PlannedRun } from "../../chaos/lib/planned_run.ts";

const ledger = new Ledger({ driver: "chaos", type: "workflow", runs: 3, ending: () => "throws" });
const [one, two, three] = ledger.runs as [PlannedRun, PlannedRun, PlannedRun];

/** The one result that is right for a run that throws every time. */
function resultOf({ runId, number, resource }: PlannedRun): StoredResult {
  const message = `run ${number} throws`;
  const driverresult = { success: false, message, data: null, driver: "chaos" };
  return { event: "create", run_id: runId, resource, driverresult };
}

describe("the ledger of a chaos scenario", () => {
  it("is content when each run has its one right result", () => {
    const results = [three, one, two].map(resultOf);
    expect(ledger.check(results)).toEqual({ lost: [], doubled: [], wrong: [] });
  });

  it("sees a run that was lost", () => {
    expect(ledger.check([one, two].map(resultOf)).lost).toEqual([three]);
  });

  it("sees a run that has a second result", () => {
    expect(ledger.check([one, two, three, two].map(resultOf)).doubled).toEqual([two]);
  });

  it("sees a result that says something else, and one of a run that never was", () => {
    const other = { ...resultOf(one), driverresult: { success: true } };
    const stray = { ...resultOf(two), run_id: "nobody" };
    const results = [other, stray, ...[two, three].map(resultOf)];
    expect(ledger.check(results).wrong).toEqual([other, stray]);
  });

  it("does not miss runs that were never started", () => {
    const cut = new Ledger({ driver: "chaos", type: "workflow", runs: 3 });
    cut.truncate(1);
    expect(cut.check([]).lost.map(({ number }) => number)).toEqual([0]);
  });

  it("sees a run whose last line is not stored", () => {
    const logging = new Ledger({ driver: "chaos", type: "workflow", runs: 2 });
    const [logged, silent] = logging.runs as [PlannedRun, PlannedRun];
    const lines = new Map([
      [logged.runId, new Set(["run 0 begins", "run 0 ends"])],
      [silent.runId, new Set(["run 1 begins"])],
    ]);
    expect(logging.withoutLog(lines)).toEqual([silent]);
  });
});
