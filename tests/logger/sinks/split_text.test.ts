import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonCost, splitText, utf8Cost, utf8Length } from "../../../src/logger/sinks/split_text.ts";

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
