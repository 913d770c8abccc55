import { NonRetryableError, RetryAfterError } from "@conveyor/driver";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../src/async/backoff.ts";
import { outcomeOfReturn, outcomeOfThrow } from "../../src/manager/run/outcome.ts";

const policy = { maxAttempts: 5, backoff: {} };

describe("the outcome of an attempt", () => {
  it("is a success when nothing is returned", () => {
    expect(outcomeOfReturn("deploy", undefined)).toEqual({
      kind: "result",
      result: { success: true, message: "", data: null },
    });
  });

  it("keeps message and data of what is returned", () => {
    expect(outcomeOfReturn("deploy", { success: false, message: "red", data: [1] })).toEqual({
      kind: "result",
      result: { success: false, message: "red", data: [1] },
    });
  });

  it.each([[true, "a boolean"], [[], "an array"], [{}, "without a boolean success"]])(
    "is a failure that tells what to return when %o is returned",
    (returned, told) => {
      const outcome = outcomeOfReturn("deploy", returned as never);
      expect(outcome).toMatchObject({ kind: "result", result: { success: false } });
      expect(outcome).toHaveProperty("deadLetterReason", expect.stringContaining(told));
    },
  );

  it("is a retry when it threw and attempts are left", () => {
    expect(outcomeOfThrow(new Error("away"), 4, policy)).toMatchObject({
      kind: "retry",
      reason: "away",
    });
  });

  it("is a failed result that names the attempts when none is left", () => {
    expect(outcomeOfThrow(new Error("away"), 5, policy)).toMatchObject({
      kind: "result",
      result: { success: false, message: "away" },
      deadLetterReason: "away (attempt 5 of 5, the last)",
    });
  });

  it("is a failed result at once for a NonRetryableError", () => {
    expect(outcomeOfThrow(new NonRetryableError("never"), 1, policy)).toMatchObject({
      deadLetterReason: "never",
    });
  });

  it("takes the delay of a RetryAfterError", () => {
    expect(outcomeOfThrow(new RetryAfterError(1234), 1, policy)).toMatchObject({ delayMs: 1234 });
  });

  it("copes with anything that can be thrown", () => {
    fc.assert(fc.property(fc.anything(), fc.integer({ min: 1, max: 9 }), (thrown, attempt) => {
      const outcome = outcomeOfThrow(thrown, attempt, policy);
      expect(outcome.kind).toBe(attempt >= 5 ? "result" : "retry");
    }));
  });
});

describe("back-off", () => {
  it("doubles its bound with each attempt, up to the greatest", () => {
    const bounds = [1, 2, 3, 4, 20].map((attempt) =>
      backoffMs(attempt, { initialMs: 100, maxMs: 1000, jitter: "none" })
    );
    expect(bounds).toEqual([100, 200, 400, 800, 1000]);
  });

  it("picks any time from nothing to the bound", () => {
    const pick = (random: number) => backoffMs(3, { initialMs: 100 }, () => random);
    expect([pick(0), pick(0.5), pick(1)]).toEqual([0, 200, 400]);
  });
});
