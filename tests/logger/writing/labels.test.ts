import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { isPlainObject } from "../../../src/logger/writing/labels.ts";
import { recordsOf } from "../support/memory_logger.ts";

describe("a line", () => {
  it("keeps labels that are not text as JSON, and omits undefined ones", async () => {
    const [line] = await recordsOf((logger) =>
      logger.info("x", {
        n: 1,
        big: 2n,
        ok: false,
        list: [1, { a: 3n }],
        none: null,
        gone: undefined,
      })
    );
    expect(line?.labels).toEqual({
      n: "1",
      big: "2",
      ok: "false",
      list: '[1,{"a":"3"}]',
      none: "null",
    });
  });

  it("keeps collections, functions and numbers that JSON does not have", async () => {
    const [line, own] = await recordsOf((logger) => {
      logger.info("x", {
        map: new Map<string, unknown>([["a", new Set([1])]]),
        pairs: new Map([[1, "a"]]),
        set: new Set(["a", NaN]),
        bytes: new Uint8Array([1, 2]),
        inside: { map: runInNewContext("new Map([['a', 1]])"), none: undefined },
        numbers: [NaN, -Infinity],
        call: { back: function done() {}, id: Symbol("a") },
      });
      logger.info("y", new Map([["region", "eu"]]) as never);
    });
    expect(line?.labels).toEqual({
      map: '{"a":[1]}',
      pairs: '[[1,"a"]]',
      set: '["a","NaN"]',
      bytes: "[1,2]",
      inside: '{"map":{"a":1}}',
      numbers: '["NaN","-Infinity"]',
      call: '{"back":"[function done]","id":"Symbol(a)"}',
    });
    expect(own?.labels).toEqual({ region: "eu" });
  });

  it("keeps the stack of an error, and of its cause", async () => {
    const cause = new TypeError("no such host");
    const [line] = await recordsOf((logger) =>
      logger.error("cannot deploy", new Error("boom", { cause }))
    );
    expect(line?.message).toMatch(
      /^cannot deploy\nError: boom\n[^]*labels\.test[^]*\ncaused by: TypeError: no such host\n/,
    );
  });

  it("keeps the stack of an error among its labels", async () => {
    const [line] = await recordsOf((logger) =>
      logger.error("x", { reason: new RangeError("too far") })
    );
    expect(line?.labels["reason"]).toMatch(/RangeError: too far\n\s+at|too far/);
  });

  it("keeps its labels when the caller changes the object later", async () => {
    const [line] = await recordsOf((logger) => {
      const labels: Record<string, string> = { a: "before" };
      logger.info("x", labels);
      labels["a"] = "after";
    });
    expect(line?.labels).toEqual({ a: "before" });
  });

  it("takes an object of another realm for labels, in every bridge", () => {
    expect(isPlainObject(runInNewContext("({ region: 'eu' })"))).toBe(true);
    for (const value of [new Date(), new (class Labels {})(), [], "", null]) {
      expect(isPlainObject(value)).toBe(false);
    }
  });

  it("is written from any value", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const hostile = {
      get bad() {
        throw new Error("no");
      },
      good: "yes",
      circular,
      symbol: Symbol("s"),
    };
    const lines = await recordsOf((logger) => {
      logger.info({ not: "text" } as unknown as string);
      logger.info(undefined as unknown as string);
      logger.info("details", 42 as unknown as Error);
      logger.mask(undefined as unknown as string);
      logger.info("hostile", hostile);
    });
    expect(lines.map(({ message }) => message))
      .toEqual(['{"not":"text"}', "undefined", "details", "hostile"]);
    expect(lines[2]?.labels).toEqual({ details: "42" });
    expect(lines[3]?.labels).toMatchObject({
      bad: "[cannot be read: no]",
      good: "yes",
      symbol: "Symbol(s)",
    });
  });
});
