import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textsOf } from "../support/memory_logger.ts";

const bytes = new TextEncoder();

/** Splits bytes anywhere, also inside characters. */
function splitAt(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => whole.slice(from, at[index]));
}

const word = fc.string({ unit: "grapheme", minLength: 4, maxLength: 40 })
  .filter((text) => text.trim().length >= 4 && !/[\r\n]/.test(text) && !text.includes("***"));
const noise = fc.string({
  unit: fc.constantFrom("a", "Z", "0", " ", "\n", "=", "é", "\x1b[0m", "{"),
});
const cuts = fc.array(fc.nat(10_000), { maxLength: 20 });

describe("a secret is never in the log", () => {
  it("in any split of any text through a stream", async () => {
    await fc.assert(
      fc.asyncProperty(word, noise, noise, cuts, async (secret, before, after, at) => {
        const text = `${before}${secret}${after}${secret}`;
        const lines = await textsOf(async (logger) => {
          const writer = logger.writable().getWriter();
          for (const chunk of splitAt(bytes.encode(text), at)) await writer.write(chunk);
          await writer.close();
        }, [secret]);
        for (const line of lines) expect(line).not.toContain(secret);
      }),
      { numRuns: 200 },
    );
  });

  it("in base64, at any offset and split anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        word,
        fc.string({ maxLength: 5 }),
        fc.string({ maxLength: 5 }),
        cuts,
        async (secret, before, after, at) => {
          const encode = (text: string) => btoa(String.fromCharCode(...bytes.encode(text)));
          const encoded = encode(before + secret + after);
          const inner = encode(secret).replace(/=+$/, "");
          const lines = await textsOf(async (logger) => {
            const writer = logger.writable().getWriter();
            for (const chunk of splitAt(bytes.encode(`t=${encoded};`), at)) {
              await writer.write(chunk);
            }
            await writer.close();
          }, [secret]);
          expect(lines.join("\n")).toContain("***");
          expect(lines.join("\n")).not.toContain(inner);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("in labels, their names, errors and values", async () => {
    await fc.assert(
      fc.asyncProperty(word, noise, async (secret, text) => {
        const lines = await textsOf((logger) => {
          logger.info(text + secret, { [secret]: { deep: [secret] }, plain: secret });
          logger.error("failed", new Error(`no entry with ${secret}`, { cause: secret }));
          logger.child({ token: secret }).log({ [secret]: secret }, secret + text);
        }, [secret]);
        for (const line of lines) expect(line).not.toContain(secret);
      }),
      { numRuns: 150 },
    );
  });

  it("when it has several lines, whole or line by line", async () => {
    const line = fc.string({
      unit: fc.constantFrom("A", "b", "9", "+", "/", "-"),
      minLength: 0,
      maxLength: 70,
    });
    const secret = fc.array(line, { minLength: 2, maxLength: 12 }).map((lines) => lines.join("\n"))
      .filter((text) => text.split("\n").some((each) => each.length >= 4) && !text.includes("***"));
    await fc.assert(
      fc.asyncProperty(secret, cuts, async (pem, at) => {
        const lines = await textsOf(async (logger) => {
          logger.info(`the key is ${pem}`);
          const writer = logger.writable().getWriter();
          for (const chunk of splitAt(bytes.encode(`the key is\n${pem}\nand goes on`), at)) {
            await writer.write(chunk);
          }
          await writer.close();
        }, [pem]);
        const pieces = pem.split("\n").filter((piece) => piece.length >= 4);
        for (const piece of pieces) expect(lines.join("\n")).not.toContain(piece);
        expect(lines.join("\n")).not.toContain(pem.trim());
      }),
      { numRuns: 150 },
    );
  });
});
