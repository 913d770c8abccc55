import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinearPattern } from "../../../src/dev/store/linear_pattern.ts";

describe("a linear pattern", () => {
  it("matches what the runtime's own expressions match", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "c",
      ".",
      "[ab]",
      "[^a]",
      "\\d",
      "\\w",
      "\\b",
      "^",
      "$",
      "\\.",
    );
    const quantifier = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?");
    const { pattern } = fc.letrec<{ pattern: string; item: string }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 2, depthIdentifier: "pattern", withCrossShrink: true },
        fc.tuple(atom, quantifier).map(([one, times]) =>
          /^(\\b|\^|\$)$/.test(one) ? one : one + times
        ),
        fc.tuple(tie("pattern"), quantifier).map(([inner, times]) => `(?:${inner})${times}`),
      ),
      pattern: fc.array(
        fc.array(tie("item"), { maxLength: 2, depthIdentifier: "pattern" }).map((items) =>
          items.join("")
        ),
        {
          minLength: 1,
          maxLength: 3,
        },
      ).map((choices) => choices.join("|")),
    }));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", "."), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        expect(new LinearPattern(source).test(given)).toBe(new RegExp(source, "u").test(given));
      }),
      { numRuns: 10_000 },
    );
  }, 300_000);

  it.each<[string, string[], string[]]>([
    ["(?i)abc", ["xABCx"], ["ab"]],
    ["^(?P<name>a)(?<other>b)$", ["ab"], ["a"]],
    ["^\\p{Greek}\\PL$", ["α1"], ["a1", "αa"]],
    ["^[[:alpha:]_-]+$", ["a_-Z"], ["1"]],
    ["^\\x{1F600}\\x41$", ["😀A"], ["😀a"]],
    ["\\Aa\\z", ["a"], ["a\n", "ba"]],
    ["(?m)^b$", ["a\nb\nc"], ["a\nbb"]],
    ["(?s)a.b", ["a\nb"], ["ab"]],
    ["^\\s[]a]$", ["\t]", " a"], ["\u00a0]"]],
  ])("has Go's syntax: %s", (source, matching, others) => {
    const pattern = new LinearPattern(source);
    for (const text of matching) expect([text, pattern.test(text)]).toEqual([text, true]);
    for (const text of others) expect([text, pattern.test(text)]).toEqual([text, false]);
  });

  it.each([
    "(?=a)",
    "(?<!a)b",
    "(a)\\1",
    "(",
    ")",
    "[",
    "a**",
    "*",
    "x{2001}",
    "x{2,1}",
    "\\",
    "\\y",
  ])(
    "refuses %s, as Go does",
    (source) => expect(() => new LinearPattern(source)).toThrow(SyntaxError),
  );

  it("refuses what is too large, and gives up on what takes too long", () => {
    expect(() => new LinearPattern("((a{100}){100}){100}")).toThrow("too large");
    const slow = new LinearPattern("(a?){1000}b");
    expect(() => slow.test("a".repeat(100_000))).toThrow("takes too long");
  });
});
