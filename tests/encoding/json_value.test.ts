import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJsonValue } from "../../src/encoding/json_value.ts";
import { encodeResultEvent } from "../../src/protocol/result.ts";

describe("data that JSON would drop", () => {
  it.each<[string, unknown, unknown]>([
    ["a map", new Map([["a", new Set([1])]]), { a: [1] }],
    ["a map whose keys are no texts", new Map([[1, "a"]]), [[1, "a"]]],
    ["bytes", new Uint8Array([1, 2]), [1, 2]],
    ["no number", [NaN, Infinity], ["NaN", "Infinity"]],
    ["boxed texts", { text: new String("x") }, { text: "x" }],
    ["an error", Object.assign(new TypeError("no", { cause: "why" }), { code: "E", at: 1 }), {
      name: "TypeError",
      message: "no",
      code: "E",
      cause: "why",
      at: 1,
    }],
    ["a date", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
  ])("is kept: %s", (_, data, kept) => {
    expect(toJsonValue(data)).toEqual(kept);
    const bytes = encodeResultEvent(
      { event: "create", runId: "r", driver: "d", payload: "{}" },
      { success: true, message: "", data },
    );
    expect(JSON.parse(new TextDecoder().decode(bytes)).driverresult.data).toEqual(kept);
  });

  it("is refused, with its place, when there is no form for it", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = [circular];
    expect(() => toJsonValue({ a: [() => 1] })).toThrow("data.a[0] is a function");
    expect(() => toJsonValue({ n: 1n })).toThrow("data.n is a bigint");
    expect(() => toJsonValue({ a: Symbol("x") })).toThrow("data.a is a symbol");
    expect(() => toJsonValue(circular)).toThrow("data.self[0] is circular");
  });

  it("does not change what JSON holds", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(toJsonValue(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 10_000 },
    );
  });
});
