import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createLogClock,
  formatTimestamp,
  partTimestamp,
  unixNanoseconds,
} from "../../src/logger/timestamp.ts";
import { jsonCost, splitText, utf8Cost, utf8Length } from "../../src/logger/sinks/split_text.ts";
import { MultiPatternSearch } from "../../src/logger/masking/multi_pattern_search.ts";
import { joinSpans, type Span } from "../../src/logger/masking/span.ts";

describe("the clock", () => {
  it("strictly increases although the time stands still or goes back, and catches up with it", () => {
    let now = 1_700_000_000_000;
    const clock = createLogClock(() => now);
    const times: string[] = [];
    const take = (count: number) => {
      for (let line = 0; line < count; line++) times.push(formatTimestamp(clock()));
    };
    take(2500);
    now -= 5000;
    take(10);
    now += 60_000;
    take(1);
    expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
    expect(times[0]).toBe("2023-11-14T22:13:20.000000000Z");
    expect(times[999]).toBe("2023-11-14T22:13:20.000999000Z");
    expect(times[1000]).toBe("2023-11-14T22:13:20.001000000Z");
    expect(times.at(-1)).toBe("2023-11-14T22:14:15.000000000Z");
  });

  it("leaves room for the parts of a line before the next one", () => {
    const clock = createLogClock(() => 1_700_000_000_123);
    const [line, next] = [formatTimestamp(clock()), formatTimestamp(clock())];
    const parts = Array.from({ length: 1000 }, (_, part) => partTimestamp(line, part));
    expect(parts[0]).toBe(line);
    expect([...parts, next].every((time, index, all) => index === 0 || time > all[index - 1]!))
      .toBe(true);
    expect(unixNanoseconds(parts[7]!)).toBe("1700000000123000007");
  });
});

describe("the search for many texts at once", () => {
  it("finds what looking for each of them finds", () => {
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

describe("a text that is cut", () => {
  const unit = fc.constantFrom(
    "a",
    '"',
    "\\",
    "\n",
    "\u0001",
    "é",
    "€",
    "😀",
    "\ud800",
    "\x1b[31m",
  );

  it("has pieces that fit, and lose nothing", () => {
    const bytes = (text: string) => new TextEncoder().encode(text).length;
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 200 }),
        fc.integer({ min: 12, max: 50 }),
        (text, room) => {
          const json = splitText(text, room, jsonCost);
          expect(json.join("")).toBe(text);
          for (const piece of json) {
            expect(bytes(JSON.stringify(piece)) - 2).toBeLessThanOrEqual(
              room,
            );
          }
          const plain = splitText(text, room, utf8Cost);
          expect(plain.join("")).toBe(text);
          for (const piece of plain) expect(utf8Length(piece)).toBeLessThanOrEqual(room);
          for (const piece of [...json, ...plain]) {
            // deno-lint-ignore no-control-regex
            expect(piece).not.toMatch(/\x1b\[?3?1?$/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
