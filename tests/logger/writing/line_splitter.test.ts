import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../../src/logger/writing/line_splitter.ts";
import { createMasker, toSecretMasker } from "../../../src/logger/masking/masker.ts";

function splitter(options: Partial<ConstructorParameters<typeof LineSplitter>[0]> = {}) {
  return new LineSplitter({
    masker: toSecretMasker("masker", createMasker()),
    maxLineLength: 1000,
    progressIntervalMs: Infinity,
    now: () => 0,
    ...options,
  });
}

function all(target: LineSplitter, chunks: readonly string[]): string[] {
  return [...chunks.flatMap((chunk) => target.push(chunk)), ...target.end()];
}

describe("the lines of chunked text", () => {
  it("are the same for all chunks", () => {
    const text = fc.string({
      unit: fc.constantFrom(
        "a",
        "é",
        "😀",
        "\n",
        "\r",
        "\x1b[31m",
        "\x1b[2K",
        "\x1b[1G",
        "\x1b",
        "[",
        "1",
      ),
    });
    fc.assert(fc.property(text, fc.array(fc.nat(200)), (whole, cuts) => {
      const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
      const chunks = [0, ...at].map((from, index) => whole.slice(from, at[index]));
      expect(all(splitter(), chunks)).toEqual(all(splitter(), [whole]));
    }));
  });

  it("end at line feeds, with or without a carriage return before", () => {
    expect(all(splitter(), ["one\ntwo\r\nthree\r", "\n\nfive"])).toEqual([
      "one",
      "two",
      "three",
      "",
      "five",
    ]);
  });

  it("include a last one without a line break", () => {
    const target = splitter();
    expect(target.push("a\nb")).toEqual(["a"]);
    expect(target.push("c")).toEqual([]);
    expect(target.end()).toEqual(["bc"]);
    expect(target.end()).toEqual([]);
  });

  it("include the last state of a progress bar", () => {
    expect(all(splitter(), ["1%\r2%", "\r", "3%\r\n", "next"])).toEqual(["3%", "next"]);
    expect(all(splitter(), ["1%\r2%\r"])).toEqual(["2%"]);
  });

  it.each([
    ["erases its line", "\x1b[2K\x1b[1Gone\x1b[2K\x1b[1Gtwo\x1b[2K\x1b[1Gdone\n"],
    ["returns to column 1", "one\x1b[Gtwo\x1b[0Gdone\n"],
    ["goes up to the line before", "one\x1b[1A\x1b[2Ktwo\x1b[Fdone\n"],
    ["clears the screen", "one\x1b[2J\x1b[Htwo\x1b[3;1Hdone\n"],
    ["restores the cursor", "\x1b7one\x1b8two\x1b[udone\n"],
  ])("include the last state of a tool that %s", (_, text) => {
    const last = ([line]: string[]) => line?.replace("\x1b7", "");
    expect(last(all(splitter(), [text]))).toBe("done");
    expect(last(all(splitter(), [...text]))).toBe("done");
  });

  it("keep colors, and what begins like a sequence and is none", () => {
    const colored = "\x1b[01;31m\x1b[Kmatch\x1b[m\x1b[K in a line";
    expect(all(splitter(), [`${colored}\n`, "ends in \x1b", "[1", "x\n", "\x1b["])).toEqual([
      colored,
      "ends in \x1b[1x",
      "\x1b[",
    ]);
  });

  it("include a state of a progress bar for each interval", () => {
    let time = 0;
    const target = splitter({ progressIntervalMs: 10, now: () => time });
    const lines: string[] = [];
    for (let step = 1; step <= 40; step++, time++) lines.push(...target.push(`\r${step}%`));
    expect([...lines, ...target.push("\n")]).toEqual(["10%", "20%", "30%", "40%"]);
  });
});

describe("a line without a line break", () => {
  it("is split at the limit, and both sides are marked", () => {
    const lines = all(splitter({ maxLineLength: 4 }), ["abcdefghij\nk"]);
    expect(lines).toEqual(["abcd…", "…efgh…", "…ij", "k"]);
  });

  it("may come one character at a time", () => {
    const target = splitter({ maxLineLength: 2_000_000 });
    let lines = 0;
    for (let character = 0; character < 1_000_000; character++) lines += target.push(".").length;
    expect(lines).toBe(0);
    expect(target.end()[0]?.length).toBe(1_000_000);
  });

  it("is bounded in memory by the limit", () => {
    const target = splitter({ maxLineLength: 100 });
    let longest = 0;
    for (let chunk = 0; chunk < 1000; chunk++) {
      for (const line of target.push("x".repeat(77))) longest = Math.max(longest, line.length);
    }
    expect(longest).toBeLessThanOrEqual(102);
  });

  it("is never split inside a secret, a character or a terminal sequence", () => {
    const secret = "s3cr3t-s3cr3t";
    const masker = toSecretMasker("masker", createMasker([secret]));
    const part = fc.constantFrom(secret, "😀", "\x1b[38;5;196m", "a", "s3cr3t", "-");
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 40 }),
        fc.integer({ min: 40, max: 60 }),
        (parts, limit) => {
          const text = parts.join("");
          const lines = all(splitter({ masker, maxLineLength: limit }), [text]);
          const bare = lines.map((line, index) =>
            line.slice(index > 0 ? 1 : 0, index < lines.length - 1 ? -1 : undefined)
          );
          expect(bare.join("")).toBe(text);
          for (const line of bare) {
            expect(() => encodeURIComponent(line)).not.toThrow();
            // deno-lint-ignore no-control-regex
            expect(line).not.toMatch(/\x1b\[?[0-9;]*$/);
          }
          const oneMask = (masked: string) => masked.replace(/(\*\*\*)+/g, "***");
          expect(oneMask(bare.map((line) => masker.mask(line)).join("")))
            .toBe(oneMask(masker.mask(text)));
        },
      ),
    );
  });
});
