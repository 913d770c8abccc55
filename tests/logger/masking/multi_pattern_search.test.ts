import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MultiPatternSearch } from "../../../src/logger/masking/multi_pattern_search.ts";
import { joinSpans, type Span } from "../../../src/logger/masking/span.ts";

describe("MultiPatternSearch", () => {
  it("finds the same as a search for each text", () => {
    const unit = fc.constantFrom("a", "b", "c", "é", "😀");
    const patterns = fc.array(fc.string({ unit, minLength: 2, maxLength: 6 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(patterns, fc.string({ unit, maxLength: 60 }), (wanted, text) => {
        const naive: Span[] = [];
        for (const pattern of wanted.filter(({ length }) => length >= 2)) {
          for (
            let start = text.indexOf(pattern);
            start >= 0;
            start = text.indexOf(pattern, start + 1)
          ) {
            naive.push({ start, end: start + pattern.length });
          }
        }
        const found: Span[] = [];
        new MultiPatternSearch(wanted).find(text, found);
        expect(joinSpans(found)).toEqual(joinSpans(naive));
      }),
      { numRuns: 2000 },
    );
  });

  it("finds a text longer than its window and longer than 255 characters", () => {
    const long = "x".repeat(300) + "y";
    const found: Span[] = [];
    new MultiPatternSearch([long, "secret"]).find(`<${long}> secret`, found);
    expect(found).toEqual([{ start: 1, end: 302 }, { start: 304, end: 310 }]);
    const alone: Span[] = [];
    new MultiPatternSearch([long]).find(`<${long}>`, alone);
    expect(alone).toEqual([{ start: 1, end: 302 }]);
  });
});
