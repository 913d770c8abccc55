import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEntryDeduplicator } from "../../../src/client/logs/entry_deduplicator.ts";
import type { LogEntry } from "../../../src/protocol/logs/log_entry.ts";

describe("entries of a log that is read over several connections", () => {
  const entry = fc.record({
    runId: fc.constant("r"),
    pipeline: fc.constant(""),
    driver: fc.constantFrom("a", "b"),
    message: fc.constantFrom("x", "y"),
  });

  it("are new once when their times are unique, in any order of passes", () => {
    const passes = fc.array(fc.array(fc.nat(19), { maxLength: 40 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 20, maxLength: 20 }),
        passes,
        (entries, passes) => {
          const log = entries.map((it, index) => ({
            ...it,
            timestamp: `2026-01-01T00:00:00.${index}Z`,
          }));
          const deduplicator = createEntryDeduplicator();
          const given: LogEntry[] = [];
          for (const indexes of passes) {
            const isNew = deduplicator.beginPass();
            given.push(...indexes.map((index) => log[index]!).filter(isNew));
          }
          const expected = new Set(passes.flat());
          expect(given.length).toBe(expected.size);
          expect(new Set(given)).toEqual(new Set([...expected].map((index) => log[index])));
        },
      ),
    );
  });

  it("are new as often as in the fullest pass when times are in whole seconds", () => {
    const log = fc.array(entry.map((it): LogEntry => ({ ...it, timestamp: "1767225600" })), {
      maxLength: 20,
    });
    fc.assert(fc.property(log, fc.array(fc.nat(20), { maxLength: 5 }), (log, lengths) => {
      const deduplicator = createEntryDeduplicator();
      const given: LogEntry[] = [];
      for (const length of lengths) {
        given.push(...log.slice(0, length).filter(deduplicator.beginPass()));
      }
      const most = Math.min(Math.max(0, ...lengths), log.length);
      const sorted = (entries: LogEntry[]) => entries.map((it) => JSON.stringify(it)).sort();
      expect(sorted(given)).toEqual(sorted(log.slice(0, most)));
    }));
  });
});
