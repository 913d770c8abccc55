import { describe, expect, it } from "vitest";
import { readDer, writeDer } from "../../src/credentials/der.ts";

describe("DER", () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    "of %i bytes is read as it was written",
    (length) => {
      const content = new Uint8Array(length).fill(7);
      const bytes = writeDer(0x04, writeDer(0x30, content), Uint8Array.of(5, 0));
      const [outer, ...others] = readDer(bytes);
      expect(others).toEqual([]);
      const [inner, end] = readDer(outer!.content);
      expect([inner?.tag, inner?.content.length, end?.tag]).toEqual([0x30, length, 5]);
      expect(() => readDer(bytes.subarray(0, -1))).toThrow(RangeError);
    },
  );
});
