import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonCost, splitText, utf8Cost, utf8Length } from "../../../src/logger/sinks/split_text.ts";

describe("a text that is split", () => {
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

  it("has parts within the limit, without loss", () => {
    const bytes = (text: string) => new TextEncoder().encode(text).length;
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 200 }),
        fc.integer({ min: 12, max: 50 }),
        (text, maxBytes) => {
          const json = splitText(text, maxBytes, jsonCost);
          expect(json.join("")).toBe(text);
          for (const part of json) {
            expect(bytes(JSON.stringify(part)) - 2).toBeLessThanOrEqual(
              maxBytes,
            );
          }
          const plain = splitText(text, maxBytes, utf8Cost);
          expect(plain.join("")).toBe(text);
          for (const part of plain) expect(utf8Length(part)).toBeLessThanOrEqual(maxBytes);
          for (const part of [...json, ...plain]) {
            // deno-lint-ignore no-control-regex
            expect(part).not.toMatch(/\x1b\[?3?1?$/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
