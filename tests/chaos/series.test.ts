import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growth, overview } from "../../chaos/lib/series.ts";

function series(values: readonly number[]) {
  return values.map((value, at) => ({ at: at * 1000, value }));
}

describe("the growth of a series", () => {
  it("is what a leak adds after the process is warm, whatever the heap's own breath is", () => {
    const breath = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 100,
      maxLength: 100,
    });
    fc.assert(fc.property(breath, (breaths) => {
      const leaking = series(breaths.map((value, at) => 10 + value + at * 0.1));
      expect(growth(leaking)).toBeGreaterThan(6);
      expect(growth(leaking)).toBeLessThan(10);
      expect(Math.abs(growth(series(breaths.map((value) => 10 + value))))).toBeLessThan(2);
    }));
  });

  it("is nothing for a level series with a few wild samples, and a warm-up", () => {
    const values = Array.from({ length: 50 }, (_, at) => at < 10 ? at : at % 17 === 0 ? 99 : 10);
    expect(growth(series(values))).toBe(0);
  });

  it("is shown from the first value to the last", () => {
    const shown = overview(series(Array.from({ length: 100 }, (_, at) => at)), 0);
    expect(shown.split(" ")).toHaveLength(12);
    expect(shown).toMatch(/^0 9 .* 99$/);
  });
});
