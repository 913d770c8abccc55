import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DriverResult,
  encodeResultEvent,
  readResults,
  resultKey,
  resultMessageId,
} from "../../src/protocol/result.ts";
import type { Resource } from "../../src/protocol/resources/resource.ts";
import { MalformedMessageError } from "../../src/protocol/malformed.ts";
import { decodeResultEvent, encodeKeptResult } from "../../src/protocol/result_event.ts";
import { bytes, readVectors, text } from "./vectors.ts";

interface Vectors {
  encode: {
    name: string;
    run: { event: string; runId: string; driver: string; resource: unknown };
    result: DriverResult;
    wire: string;
  }[];
  metadata: Resource["metadata"];
  nested: Resource["metadata"];
  results: Record<string, DriverResult>;
}

const vectors = readVectors<Vectors>("result");

describe("a PipelineEvent is encoded byte for byte", () => {
  it.each(vectors.encode)("$name", ({ run, result, wire }) => {
    const payload = JSON.stringify(run.resource);
    expect(text(encodeResultEvent({ ...run, payload }, result))).toBe(wire);
  });
});

it("a PipelineEvent holds the resource as it came", () => {
  const payload =
    '{ "name": "site", "resource": "workflow", "spec": {"build": 12345678901234567890} }';
  const run = { event: "create", runId: "r", driver: "build", payload };
  expect(text(encodeResultEvent(run, { success: true, message: "", data: null })))
    .toContain(`"resource":${payload},`);
});

describe("a PipelineEvent is decoded, as the engine does", () => {
  it.each(vectors.encode)("$name", ({ run, result, wire }) => {
    const { pipeline = "", resource: type, name } = run.resource as Record<string, string>;
    expect(decodeResultEvent(bytes(wire))).toEqual({
      event: run.event,
      runId: run.runId,
      resourceId: (run.resource as Record<string, string>)["id"] ?? "",
      driver: run.driver,
      pipeline,
      type,
      name,
      result: { ...result, data: result.data ?? null },
    });
  });

  it.each([
    ["{", "the event is not JSON"],
    ["[]", "the event is not a JSON object"],
    ["{}", `the event has no "resource"`],
    [`{"resource":{}}`, `the event has no "driverresult"`],
  ])("and rejected with the reason: %s", (wire, error) => {
    expect(() => decodeResultEvent(bytes(wire))).toThrow(new MalformedMessageError(error));
  });

  it("and stored as the text that later steps read", () => {
    for (const [driver, result] of Object.entries(vectors.results)) {
      const metadata = { [resultKey(driver)]: encodeKeptResult(driver, result) };
      expect(readResults({ metadata })).toEqual({ [driver]: result });
    }
  });
});

describe("earlier steps' results are read from the metadata", () => {
  it("by driver, without entries that are not results", () => {
    expect(readResults({ metadata: vectors.metadata })).toEqual(
      vectors.results,
    );
  });

  it("from the nested object of later servers, and from both where a server was upgraded during a run", () => {
    expect(readResults({ metadata: vectors.nested })).toEqual(vectors.results);
    const later = { success: true, message: "again", data: 1, driver: "build" };
    const both = { ...vectors.metadata, driverresults: { build: later } };
    expect(readResults({ metadata: both })).toEqual({
      ...vectors.results,
      build: { success: true, message: "again", data: 1 },
    });
  });

  it("also for names of prototype members", () => {
    const text = `{"success":true,"message":"done","data":null}`;
    const metadata = Object.fromEntries([["driverresults.__proto__", text]]);
    const results = readResults({ metadata });
    expect(Object.getPrototypeOf(results)).toBe(Object.prototype);
    expect(Object.entries(results)).toEqual([["__proto__", JSON.parse(text)]]);
  });

  it("for any metadata", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.json())),
        (noise) => {
          const metadata: Record<string, string> = {};
          for (
            const [key, value] of Object.entries(noise)
          ) metadata[resultKey(key)] = value;
          for (const result of Object.values(readResults({ metadata }))) {
            expect(typeof result.success).toBe("boolean");
          }
        },
      ),
    );
  });
});

describe("a result's identity", () => {
  it("is the same for a redelivery and another for another message, run or driver", () => {
    const run = { driver: "build", runId: "r", messageId: "m" };
    expect(resultMessageId(run)).toBe("build:r:m");
    expect(resultMessageId({ ...run })).toBe(resultMessageId(run));
    const others = [{ driver: "sign" }, { runId: "q" }, { messageId: "n" }];
    for (const other of others) {
      expect(resultMessageId({ ...run, ...other })).not.toBe(
        resultMessageId(run),
      );
    }
  });
});
