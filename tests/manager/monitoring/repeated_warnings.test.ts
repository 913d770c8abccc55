import { expect, it } from "vitest";
import { RepeatedWarnings } from "../../../src/manager/monitoring/repeated_warnings.ts";

function warnings() {
  let now = 0;
  const repeated = new RepeatedWarnings(() => now);
  return {
    /** When a warning that comes every 100 ms is said. */
    saidOf(message: string, fromMs: number, untilMs: number): number[] {
      const said: number[] = [];
      for (now = fromMs; now <= untilMs; now += 100) {
        if (!repeated.isTooSoon({ type: "warning", code: "pull", message })) said.push(now);
      }
      return said;
    },
  };
}

it("a warning that comes again and again is said ever more rarely", () => {
  expect(warnings().saidOf("a", 0, 80_000)).toEqual([0, 5000, 15_000, 35_000, 75_000]);
});

it("one that has stayed away is said at once, and another one too", () => {
  const { saidOf } = warnings();
  expect(saidOf("a", 0, 20_000)).toEqual([0, 5000, 15_000]);
  expect(saidOf("b", 20_100, 20_100)).toEqual([20_100]);
  expect(saidOf("a", 200_000, 206_000)).toEqual([200_000, 205_000]);
});

it("other events are never too soon", () => {
  const repeated = new RepeatedWarnings(() => 0);
  const event = { type: "connected", server: "nats://a:1" } as const;
  expect([repeated.isTooSoon(event), repeated.isTooSoon(event)]).toEqual([false, false]);
});
