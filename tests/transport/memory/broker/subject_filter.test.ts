import { matchesSubject } from "../../../../src/protocol/subject_pattern.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  hasWildcard,
  patternsOverlap,
  subjectMatcher,
} from "../../../../src/transport/memory/broker/subject_filter.ts";

const token = fc.constantFrom("a", "b", "c");
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("."));
const pattern = fc.tuple(
  fc.array(fc.constantFrom("a", "b", "*"), { minLength: 1, maxLength: 3 }),
  fc.boolean(),
).map(([tokens, open]) => (open ? [...tokens, ">"] : tokens).join("."));

test.each([
  ["a.b", "a.b", true],
  ["a.b", "a.b.c", false],
  ["a.*", "a.b", true],
  ["a.*", "a", false],
  ["a.*", "a.b.c", false],
  ["a.>", "a", false],
  ["a.>", "a.b.c", true],
  [">", "a", true],
  ["*.b.>", "a.b.c", true],
  ["a*", "ab", false],
  ["driver:*", "driver:x", false],
])("the pattern %s on the subject %s: %s", (one, other, matches) => {
  expect(matchesSubject(one, other)).toBe(matches);
  expect(subjectMatcher([one])(other)).toBe(matches);
});

test("a star inside a token is not a wildcard", () => {
  expect(["a*b", "a.b>", "a"].map(hasWildcard)).toEqual([false, false, false]);
  expect(["*", ">", "a.*.b", "a.>"].map(hasWildcard)).toEqual([true, true, true, true]);
});

test("several patterns match what one of them matches", () => {
  fc.assert(fc.property(fc.array(pattern), subject, (patterns, subject) => {
    const matches = patterns.some((pattern) => matchesSubject(pattern, subject));
    expect(subjectMatcher(patterns)(subject)).toBe(matches);
  }));
});

test("two patterns that match one subject overlap, in either order", () => {
  fc.assert(fc.property(pattern, pattern, subject, (one, other, subject) => {
    expect(patternsOverlap(one, other)).toBe(patternsOverlap(other, one));
    if (matchesSubject(one, subject) && matchesSubject(other, subject)) {
      expect(patternsOverlap(one, other)).toBe(true);
    }
  }));
});

test.each([
  ["a.b", "a.c", false],
  ["a.*", "*.b", true],
  ["a.*", "a.b.c", false],
  ["a.>", "a", false],
  ["a.>", "a.b", true],
  ["a.*.c", "a.b.>", true],
])("the patterns %s and %s overlap: %s", (one, other, overlap) => {
  expect(patternsOverlap(one, other)).toBe(overlap);
});
