import { describe, expect, it } from "vitest";
import {
  type EndOfLog,
  endOfLogMessage,
  type EndOutcome,
  parseEndOfLog,
} from "../../../src/protocol/logs/end_of_log.ts";

const END: EndOfLog = { outcome: "succeeded", message: "deployed", durationMs: 3200, entries: 14 };

describe("the last line of a delivery", () => {
  it("is in words", () => {
    expect(endOfLogMessage(END)).toBe("succeeded in 3.2 s: deployed (14 log entries)");
    expect(endOfLogMessage({ ...END, message: "", durationMs: 42.4, entries: 1 }))
      .toBe("succeeded in 0.042 s (1 log entry)");
    expect(endOfLogMessage({ ...END, outcome: "retried", durationMs: 75_000 }))
      .toBe("attempt failed after 75 s: deployed (14 log entries)");
  });

  const outcomes: EndOutcome[] = [
    "succeeded",
    "failed",
    "superseded",
    "retried",
    "redelivered",
    "lease-lost",
  ];

  it.each(outcomes)("is read again: %s", (outcome) => {
    for (const message of ["", "a (3 log entries)", "two\nlines: (x)"]) {
      const end = { ...END, outcome, message };
      expect(parseEndOfLog(endOfLogMessage(end))).toEqual(end);
      expect(parseEndOfLog(`[conveyor] ${endOfLogMessage(end)}`)).toEqual(end);
    }
  });

  it("is no other line", () => {
    const others = [
      "",
      "succeeded",
      "succeeded in time (3 log entries)",
      "built in 3.2 s (2 log entries)",
    ];
    expect(others.map(parseEndOfLog)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
