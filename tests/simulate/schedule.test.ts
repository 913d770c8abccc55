import { describe, expect, it } from "vitest";
import { makePlan } from "../../simulate/plan/make_plan.ts";
import type { Behaviour, ManagerPlan, Plan } from "../../simulate/plan/plan.ts";
import { type Played, playSchedule } from "../../simulate/run/schedule.ts";
import { shrinkPlan } from "../../simulate/run/shrink.ts";

const succeeds: Behaviour = {
  durationMs: 50,
  obedient: true,
  end: "succeed",
  bytes: 10,
  delayMs: 10,
};
const manager: ManagerPlan = {
  name: "p0",
  startAt: 0,
  drivers: [{ name: "deploy", resources: ["workflow"] }],
  concurrency: 1,
  ackWaitMs: 30_000,
  maxAckPending: 1000,
  journal: true,
  exclusive: false,
  shutdownGraceMs: 1000,
  abortGraceMs: 100,
  sink: "keeps",
  hooks: "none",
};
const quiet: Plan = {
  seed: 1,
  protocol: "v2",
  maxPayload: 16_384,
  managers: [manager],
  events: [{ id: 0, at: 10, type: "workflow", resource: "r", kind: "run", behaviours: [succeeds] }],
  faults: [],
  engineMs: 5,
};

async function traceOf(plan: Plan): Promise<string[]> {
  const lines: string[] = [];
  await playSchedule(plan, (line) => lines.push(line));
  return lines;
}

describe("a schedule", () => {
  it("is the same whenever it is played", async () => {
    for (const seed of [3, 26, 12_059]) {
      const first = await traceOf(makePlan(seed));
      expect(await traceOf(makePlan(seed))).toEqual(first);
      expect(first.length).toBeGreaterThan(10);
    }
  });

  it("takes an event through the real manager to the engine", async () => {
    const lines = (await traceOf(quiet)).map((line) => line.trim().replace(/^\S+ +/, ""));
    expect(lines).toContain("reconcile of event 0 for deploy in p0: call 1, attempt 1");
    expect(lines).toContain("event 0 for deploy: ack from p0");
    expect(lines).toContain("the engine takes a result of event 0 for deploy");
  });

  it("is cut down to what a violation needs", async () => {
    const plan: Plan = {
      ...quiet,
      managers: [manager, { ...manager, name: "p1", sink: "throws" }],
      events: [0, 1, 2, 3].map((id) => ({ ...quiet.events[0]!, id, at: id * 100 })),
      faults: [
        { at: 100, kind: "pause", process: "p0", forMs: 5 },
        { at: 150, kind: "cut", forMs: 20, loseOut: false, loseBack: false, dial: "refuse" },
      ],
    };
    const { violations } = await playWithPlantedBug(plan);
    expect(violations.map(({ kind }) => kind)).toContain("planted");
    const shortest = await shrinkPlan(plan, "planted", playWithPlantedBug);
    expect(shortest.faults.map(({ kind }) => kind)).toEqual(["cut"]);
    expect(shortest.events.map(({ id }) => id)).toEqual([2]);
    expect(shortest.managers).toHaveLength(1);
    expect(shortest.managers[0]!.sink).toBe("keeps");
  });
});

/** Plays a schedule as if a result must not be stored once a connection has been cut, at event 2. */
async function playWithPlantedBug(plan: Plan): Promise<Played> {
  const lines: string[] = [];
  const played = await playSchedule(plan, (line) => lines.push(line));
  const cutAt = lines.findIndex((line) => line.includes('"kind":"cut"'));
  const isBroken = cutAt >= 0 &&
    lines.slice(cutAt).some((line) => line.includes("result of event 2 for deploy stored"));
  if (!isBroken) return played;
  const planted = { kind: "planted", at: 0, detail: "a result after a cut" };
  return { ...played, violations: [...played.violations, planted] };
}
