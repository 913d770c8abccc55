import { beforeEach, describe, expect, it } from "vitest";
import { SleepClock } from "../../src/async/sleep_clock.ts";

let [monotonic, wall, broker] = [0, 0, 0];

function clock(): SleepClock {
  return new SleepClock({ monotonic: () => monotonic, wall: () => wall });
}

/** Time passes for all, but for what stands still. */
function pass(ms: number, { standing = [] }: { standing?: readonly string[] } = {}): void {
  if (!standing.includes("monotonic")) monotonic += ms;
  if (!standing.includes("wall")) wall += ms;
  broker += ms;
}

/** The broker is asked, and its response takes a round trip. */
function ask(clock: SleepClock, roundTripMs = 20): void {
  const asked = clock.moment();
  pass(roundTripMs / 2);
  const said = broker;
  pass(roundTripMs / 2);
  clock.learn(said, asked);
}

describe("a clock that sees sleep", () => {
  beforeEach(() => {
    [monotonic, wall, broker] = [50_000, 1_700_000_000_000, 1_700_000_900_000];
  });

  it("counts the time for which the monotonic clock stood still", () => {
    const clocks = clock();
    const start = monotonic;
    pass(10_000);
    pass(60_000, { standing: ["monotonic"] });
    expect([clocks.since(start), clocks.doubted]).toEqual([70_000, true]);
    expect(clocks.since(monotonic + 1)).toBe(-1);
  });

  it("is told by the broker that the host has slept", () => {
    const clocks = clock();
    const start = monotonic;
    ask(clocks);
    pass(60_000, { standing: ["monotonic"] });
    expect(clocks.doubted).toBe(true);
    ask(clocks);
    expect(clocks.doubted).toBe(false);
    expect(clocks.since(start)).toBeCloseTo(60_040, -2);
  });

  it.each([20, 4000])(
    "is told by the broker that the wall clock was set forward, over a round trip of %i ms",
    (roundTripMs) => {
      const clocks = clock();
      const start = monotonic;
      ask(clocks, roundTripMs);
      pass(10_000);
      wall += 3_600_000;
      expect(clocks.since(start)).toBeGreaterThan(3_600_000);
      ask(clocks, roundTripMs);
      expect(clocks.doubted).toBe(false);
      expect(clocks.since(start)).toBeLessThanOrEqual(10_000 + 4 * roundTripMs);
    },
  );

  it("takes no response to an earlier request as proof", () => {
    const clocks = clock();
    const start = monotonic;
    ask(clocks);
    pass(1000);
    const [asked, said] = [clocks.moment(), broker];
    pass(60_000, { standing: ["monotonic"] });
    clocks.learn(said, asked);
    expect([clocks.doubted, clocks.since(start) > 60_000]).toEqual([true, true]);
  });

  it("believes the wall clock where the broker's went back at the same time, or was not read before", () => {
    const clocks = clock();
    pass(1000);
    const start = monotonic;
    wall += 60_000;
    expect(clocks.doubted).toBe(true);
    clocks.learn(broker, clocks.moment());
    pass(1000);
    ask(clocks);
    expect(clocks.since(start)).toBeGreaterThan(60_000);
    wall += 60_000;
    broker -= 60_000;
    pass(1000);
    expect(clocks.doubted).toBe(true);
    ask(clocks);
    expect([clocks.doubted, clocks.since(start) > 120_000]).toEqual([false, true]);
  });

  it("learns from the broker that a whole machine was paused, and counts a sleep once", () => {
    const clocks = clock();
    const start = monotonic;
    ask(clocks);
    pass(60_000, { standing: ["monotonic", "wall"] });
    expect([clocks.since(start), clocks.doubted]).toEqual([20, false]);
    ask(clocks);
    expect(clocks.since(start)).toBeCloseTo(60_040, -2);
    pass(60_000, { standing: ["monotonic"] });
    ask(clocks);
    ask(clocks);
    expect(clocks.since(start)).toBeCloseTo(120_080, -2);
  });

  it("takes a slow response, a late one and a clock that is adjusted for no sleep", () => {
    const clocks = clock();
    const start = monotonic;
    for (const roundTripMs of [20, 9000, 20, 30_000, 20]) {
      ask(clocks, roundTripMs);
      pass(5000);
      wall += 4;
    }
    expect(clocks.since(start)).toBe(monotonic - start);
  });
});
