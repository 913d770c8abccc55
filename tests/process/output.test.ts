import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stripVTControlCharacters } from "node:util";
import { ColorStripper } from "../../src/process/color_stripper.ts";
import { OutputTail } from "../../src/process/output_tail.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Cuts bytes into chunks of the given lengths. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...chunks, bytes.subarray(at)];
}

describe("the colour stripper", () => {
  const strip = (chunks: Uint8Array[]) => {
    const stripper = new ColorStripper();
    return chunks.map((chunk) => stripper.push(chunk)).join("") + stripper.end();
  };

  it("strips sequences wherever they are split", () => {
    const part = fc.constantFrom(
      "text",
      "ü🎉",
      "\n",
      "\x1b[31m",
      "\x1b[0m",
      "\x1b[38;5;12m",
      "\x1b[2K",
    );
    fc.assert(fc.property(
      fc.array(part),
      fc.array(fc.integer({ min: 0, max: 6 })),
      (parts, lengths) => {
        const text = parts.join("");
        expect(strip(cut(bytesOf(text), lengths))).toBe(stripVTControlCharacters(text));
      },
    ));
  });

  it("holds back no text that is no sequence", () => {
    expect(strip([bytesOf(`a \x1b[31`)])).toBe("a \x1b[31");
    const stripper = new ColorStripper();
    stripper.push(bytesOf("\x1b]8;;"));
    expect(stripper.push(bytesOf("x".repeat(10_000))).length).toBeGreaterThan(5000);
  });
});

describe("the tail of an output", () => {
  it("is the last bytes, from the first whole character", () => {
    fc.assert(fc.property(
      fc.string({ unit: fc.constantFrom("a", "ü", "€", "🎉", "\n") }),
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 6 })),
      (text, limit, lengths) => {
        const tail = new OutputTail(limit);
        for (const chunk of cut(bytesOf(text), lengths)) tail.push(chunk);
        const kept = tail.text();
        expect(tail.truncated).toBe(bytesOf(text).length > limit);
        expect(text.endsWith(kept)).toBe(true);
        expect(bytesOf(kept).length).toBeLessThanOrEqual(limit);
        expect(bytesOf(kept).length).toBeGreaterThan(Math.min(limit, bytesOf(text).length) - 4);
      },
    ));
  });

  it("keeps memory bounded", () => {
    const tail = new OutputTail(10);
    for (let at = 0; at < 100_000; at++) tail.push(bytesOf("123456789"));
    expect(tail.text()).toBe("9123456789");
  });
});
