import { expect, it } from "vitest";
import type { Lease } from "../../../src/manager/run/lease.ts";
import type { Run } from "../../../src/manager/run/run.ts";
import { HeldRuns } from "../../../src/manager/worker/held_runs.ts";

const HELD = { held: true } as Lease;

function runOf(resultId: string, props: Partial<Run> = {}): Run {
  return { resultId, mayBeRepeat: true, detached: false, lease: HELD, ...props } as Run;
}

it.each<[boolean, string, Partial<Run>]>([
  [true, "has its lease", {}],
  [false, "has lost its lease", { lease: { held: false } as Lease }],
  [false, "has settled, and waits for its log", { lease: undefined }],
  [false, "is of a consumer that was deleted", { detached: true }],
  [false, "was delivered by a broker that has not been away since", { mayBeRepeat: false }],
])("holding a copy of a delivery is %s when the run of the same event %s", (held, _, props) => {
  const runs = new HeldRuns();
  runs.add(runOf("build:run-1", props));
  expect(runs.holdCopyOf(runOf("build:run-1"))).toBe(held);
  expect(runs.holdCopyOf(runOf("build:run-2"))).toBe(false);
});

it("a delivery that cannot be a repeat is not compared with what is held", () => {
  const runs = new HeldRuns();
  runs.add(runOf("build:run-1"));
  expect(runs.holdCopyOf(runOf("build:run-1", { mayBeRepeat: false }))).toBe(false);
});
