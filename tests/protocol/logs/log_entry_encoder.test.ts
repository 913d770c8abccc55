import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLogEntry, type LogEntry } from "../../../src/protocol/logs/log_entry.ts";
import { LogEntryEncoder } from "../../../src/protocol/logs/log_entry_encoder.ts";

const text = fc.string({ unit: "binary" });
const entry: fc.Arbitrary<LogEntry> = fc.record({
  runId: fc.oneof(fc.constant("run-1"), text),
  driver: fc.oneof(fc.constant("deploy"), text),
  pipeline: fc.constantFrom("", "release", '"quoted"'),
  timestamp: fc.constant("2026-11-23T18:20:01.123456789Z"),
  message: fc.oneof(text, fc.integer({ min: 0, max: 70_000 }).map((length) => "é".repeat(length))),
});
const labels = fc.oneof(fc.constant({}), fc.dictionary(text, text));

describe("LogEntryEncoder", () => {
  it("returns the bytes of encodeLogEntry, and does not change earlier ones", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, labels), { maxLength: 20 }), (entries) => {
        const encoder = new LogEntryEncoder();
        const encoded = entries.map(([each, names]) => encoder.encode(each, names));
        const expected = entries.map(([each, names]) => encodeLogEntry(each, names));
        expect(encoded.map((bytes) => new TextDecoder().decode(bytes)))
          .toEqual(expected.map((bytes) => new TextDecoder().decode(bytes)));
      }),
    );
  });
});
