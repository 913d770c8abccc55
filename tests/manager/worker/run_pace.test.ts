import { expect, it } from "vitest";
import { RunPace } from "../../../src/manager/worker/run_pace.ts";

/** The pace of `runs` runs that each take `ms`, and `settledMs` until they are settled. */
function paceOf(slots: number, unsettled: number, ms: number, settledMs: number, runs = 20) {
  const pace = new RunPace(slots, unsettled);
  for (let i = 0; i < runs; i++) {
    pace.ran(ms);
    pace.settled(settledMs);
  }
  return pace;
}

it.each([
  { what: "as many as twenty milliseconds have room for", slots: 1, ms: 2, settledMs: 4, soon: 10 },
  { what: "those of every slot", slots: 4, ms: 2, settledMs: 4, soon: 40 },
  {
    what: "no more than results can be confirmed",
    slots: 1,
    ms: 0.1,
    settledMs: 100,
    soon: 3,
  },
  { what: "none while runs are long", slots: 64, ms: 25, settledMs: 26, soon: 0 },
])("expects to start soon $what", ({ slots, ms, settledMs, soon }) => {
  expect(paceOf(slots, slots + 16, ms, settledMs).startsSoon).toBe(soon);
});

it("expects nothing before it knows a run", () => {
  expect(new RunPace(4, 20).startsSoon).toBe(0);
});

it("one long run counts until enough short ones have followed", () => {
  const pace = paceOf(1, 17, 1, 2);
  pace.ran(1000);
  expect(pace.startsSoon).toBe(0);
  for (let i = 0; i < 10; i++) pace.ran(1);
  expect(pace.startsSoon).toBe(0);
  for (let i = 0; i < 40; i++) pace.ran(1);
  expect(pace.startsSoon).toBeGreaterThan(10);
});
