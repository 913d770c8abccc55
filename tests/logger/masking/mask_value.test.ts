import { describe, expect, it } from "vitest";
import { createMasker } from "../../../src/logger/masking/masker.ts";

describe("a masker masks a secret inside a value", () => {
  const masker = createMasker(["top-secret", "123456"]);

  it("at any depth, in keys and in numbers", () => {
    const value = { a: [{ "x-top-secret": "is top-secret" }], n: 91234567, big: 123456n, ok: true };
    expect(masker.maskValue(value)).toEqual({
      a: [{ "x-***": "is ***" }],
      n: "9***7",
      big: "***",
      ok: true,
    });
    expect(value.a[0]).toEqual({ "x-top-secret": "is top-secret" });
  });

  it("and returns a value without one as the very same object", () => {
    const value = { when: new Date(0), bytes: new Uint8Array(3), none: null, missing: undefined };
    expect(masker.maskValue(value)).toBe(value);
  });

  it("that only its JSON contains", () => {
    const value = { url: { toJSON: () => "https://top-secret@host" } };
    expect(JSON.stringify(masker.maskValue(value))).toBe('{"url":"https://***@host"}');
  });

  it("in boxed texts, maps, sets and bytes", () => {
    const value = {
      text: new String("is top-secret"),
      number: new Number(123456),
      map: new Map([["top-secret", 1]]),
      set: new Set(["top-secret"]),
      bytes: new TextEncoder().encode("top-secret"),
    };
    expect(masker.maskValue<unknown>(value)).toEqual({
      text: "is ***",
      number: "***",
      map: new Map([["***", 1]]),
      set: new Set(["***"]),
      bytes: "***",
    });
  });

  it("in an error, its causes and its members, and keeps its class", () => {
    const cause = new AggregateError([new Error("top-secret")], "several");
    const error = Object.assign(new RangeError("is top-secret", { cause }), { code: "E_X" });
    const masked = masker.maskValue(error);
    expect(masked).toBeInstanceOf(RangeError);
    expect([masked.name, masked.code, masked.message]).toEqual(["RangeError", "E_X", "is ***"]);
    expect(masked.stack).not.toContain("top-secret");
    expect(String((masked.cause as AggregateError).errors[0])).toBe("Error: ***");
    expect(error.message).toBe("is top-secret");
    expect(masker.maskValue(cause.errors[0] as Error)).not.toBe(cause.errors[0]);
    const innocent = new TypeError("nothing");
    expect(masker.maskValue(innocent)).toBe(innocent);
  });

  it("in an exception of the platform, which has getters", () => {
    const masked = masker.maskValue(new DOMException("top-secret", "AbortError"));
    expect([masked.name, masked.message]).toEqual(["AbortError", "***"]);
  });

  it("without losing a value whose key becomes the same", () => {
    const masked = masker.maskValue({ "top-secret": 1, "123456": 2 } as Record<string, number>);
    expect(Object.values(masked).sort()).toEqual([1, 2]);
  });

  it("that refers to itself", () => {
    const value: Record<string, unknown> = { text: "top-secret" };
    value["self"] = value;
    expect(masker.maskValue(value)).toEqual({ text: "***", self: "[circular]" });
  });
});
