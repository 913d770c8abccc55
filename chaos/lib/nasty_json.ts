/** Texts and JSON that break what is careless with them. */

import fc from "fast-check";

/** Texts that break things which are made of texts: subjects, headers, keys, paths, terminals, objects. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    ".",
    "..",
    "*",
    ">",
    "a.b",
    "a b",
    "a\tb",
    "a\r\nb",
    "x\r\nPUB pipelines.driver.result 2\r\n{}\r\n",
    "\u0000",
    "\u001b[2J",
    "$JS.API.STREAM.DELETE.messages",
    "../../etc/passwd",
    "__proto__",
    "constructor",
    "\ud800",
    "\udfff\ud800",
    "\ufeff",
    "\u202e",
    "e\u0301".repeat(50),
    "a".repeat(5000),
    "driverresults.__proto__",
  ),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

/** Keys that reach for the prototype, and nasty texts. */
export const nastyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "toJSON"),
  nastyText,
);

/** JSON text of any value, with keys that reach for the prototype. Written by hand, because objects swallow such keys. */
export const nastyJson: fc.Arbitrary<string> =
  fc.letrec<{ value: string; object: string; list: string }>(
    (tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.oneof(
          fc.constantFrom("null", "true", "0", "-0", "1e999", "1e-999", "12345678901234567890"),
          nastyText.map((text) => JSON.stringify(text)),
        ),
        tie("object"),
        tie("list"),
      ),
      object: fc.array(fc.tuple(nastyKey, tie("value")), { maxLength: 4 }).map(jsonObject),
      list: fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    }),
  ).value;

/** The JSON text of an object, from the JSON texts of its members. */
export function jsonObject(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}
