import fc from "fast-check";
import { expect, it } from "vitest";
import { createMasker, toSecretMasker } from "../../../src/logger/masking/masker.ts";
import { newLine } from "../../../src/logger/pipeline/line_queue.ts";
import { RecordBuilder } from "../../../src/logger/pipeline/record_builder.ts";
import { LineSplitter } from "../../../src/logger/writing/line_splitter.ts";

const CASES = { numRuns: 10_000 };
/** On a machine that is busy with other tests. */
const TIMEOUT_MS = 300_000;
const RUN = { driver: "d", runId: "r", pipeline: "", event: "", messageId: "" };

/** Pieces of what a decoder may take for an escape. */
const escapeLike = fc.constantFrom(
  ...'%%\\\\00412cunb"/+ é!',
  "%00",
  "%25",
  "\\u0041",
  "\\n",
  "%c3",
);

/** What may be an escape, or several in one another: a secret needs more, since nothing else is left when they are undone. */
const ESCAPES = /[\\%][\\%0-9a-fnrtu]*/gi;

const secrets = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 4, maxLength: 30 }),
  fc.string({ unit: escapeLike, minLength: 4, maxLength: 12 }),
)
  .filter((text) => text.trim().length >= 4 && !/[\r\n]/.test(text) && !text.includes("***"))
  .filter((text) => text.replace(ESCAPES, "").trim().length >= 2);

const escapes = (which: RegExp, upper = false) => (text: string) =>
  JSON.stringify(text).slice(1, -1).replace(which, (unit) => {
    const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
    return "\\u" + (upper ? digits.toUpperCase() : digits);
  });

/** How programs write a text into another one. */
const WRITERS: readonly ((text: string) => string)[] = [
  escapes(/[<>&\u2028\u2029]/g), // Go
  escapes(/[\x7f-\uffff]/g), // Python
  (text) => escapes(/[\x7f-\uffff]/g)(text).replaceAll("/", "\\/"), // PHP
  escapes(/[<>&+'`\x7f-\uffff]/g, true), // .NET
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => encodeURIComponent(text),
  (text) => new URLSearchParams([["", text]]).toString().slice(1),
  (text) => {
    const url = new URL("http://host");
    url.password = text;
    return url.password;
  },
  (text) => {
    const url = new URL("http://host");
    url.hash = `#${text}`;
    return url.hash.slice(1);
  },
  (text) => text,
];

const written = fc.array(fc.constantFrom(...WRITERS), { minLength: 1, maxLength: 3 });

it("a secret is masked, however it is written, one level in another", () => {
  fc.assert(
    fc.property(secrets, written, (secret, writers) => {
      const text = writers.reduce((inner, write) => write(inner), secret);
      const masked = createMasker([secret]).mask(`<"${text}">`);
      expect(masked).toContain("***");
      expect(masked).not.toContain(text);
    }),
    CASES,
  );
}, TIMEOUT_MS);

it("a secret is masked in any split, however it is written", () => {
  fc.assert(
    fc.property(
      secrets,
      fc.constantFrom(...WRITERS),
      fc.array(fc.nat(), { maxLength: 6 }),
      (secret, write, cuts) => {
        const masker = toSecretMasker("masker", createMasker([secret]));
        const options = { maxLineLength: 40, progressIntervalMs: 5000, now: () => 0 };
        const splitter = new LineSplitter({ masker, ...options });
        const records = new RecordBuilder(RUN, masker);
        const text = write(secret);
        const whole = `${"x".repeat(30)} ${text} and ${text}\n`;
        const ends = cuts.map((cut) => cut % whole.length).sort((a, b) => a - b);
        const chunks = [...ends, whole.length].map((end, index) =>
          whole.slice(ends[index - 1] ?? 0, end)
        );
        const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
        const log = lines.map((line) =>
          records.build(newLine("info", line, { ms: 0, micros: 0 })).message
        ).join("\n");
        expect(log).toContain("***");
        expect(log).not.toContain(text);
      },
    ),
    CASES,
  );
}, TIMEOUT_MS);

it("masking takes what it finds, and keeps the rest", () => {
  const around = fc.string({ unit: fc.constantFrom("a", "\\", "%", '"', "é", "0", "u", "n") });
  fc.assert(
    fc.property(around, around, (before, after) => {
      const secret = "S3CRET-OF-CAPITALS";
      expect(createMasker([secret]).mask(before + secret + after)).toBe(`${before}***${after}`);
    }),
    CASES,
  );
}, TIMEOUT_MS);
