import { NonRetryableError, RetryAfterError } from "@conveyor/driver";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../src/async/backoff.ts";
import { outcomeOfReturn, outcomeOfThrow } from "../../../src/manager/run/outcome.ts";

/** Classes as another copy of the package has them: equal in code and shape, not in identity. */
const copiedClasses: Pick<
  typeof import("@conveyor/driver"),
  "NonRetryableError" | "RetryAfterError"
> = {
  NonRetryableError: class extends Error {
    readonly code = "non-retryable";
  },
  RetryAfterError: class extends Error {
    readonly code = "retry-after";
    readonly delayMs: number;
    constructor(delayMs: number, { message = "later" } = {}) {
      super(message);
      this.delayMs = delayMs;
    }
  },
};

async function loadCopy(): Promise<typeof copiedClasses> {
  const url = new URL("../../../src/errors.ts?copy", import.meta.url);
  return await import(url.href);
}

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
    "is a failure that says what to return when %o is returned",
    (returned, text) => {
      const outcome = outcomeOfReturn("deploy", returned as never);
      expect(outcome).toMatchObject({ kind: "result", result: { success: false } });
      expect(outcome).toHaveProperty("deadLetterReason", expect.stringContaining(text));
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

  it.each(["a class of another copy of the package", "the module, loaded a second time"])(
    "treats the errors of %s as its own",
    async (copy) => {
      const errors = copy.startsWith("the module") ? await loadCopy() : copiedClasses;
      const never = new errors.NonRetryableError("never");
      expect(never).not.toBeInstanceOf(NonRetryableError);
      expect(outcomeOfThrow(never, 1, policy)).toMatchObject({ deadLetterReason: "never" });
      const later = new errors.RetryAfterError(1234);
      expect(later).not.toBeInstanceOf(RetryAfterError);
      expect(outcomeOfThrow(later, 1, policy)).toMatchObject({ kind: "retry", delayMs: 1234 });
    },
  );

  it("ignores a delay that is no number", () => {
    const odd = Object.assign(new Error("odd"), { code: "retry-after", delayMs: "soon" });
    const backoff = { initialMs: 100, jitter: "none" } as const;
    expect(outcomeOfThrow(odd, 1, { maxAttempts: 5, backoff })).toMatchObject({ delayMs: 100 });
  });

  it("handles any thrown value", () => {
    fc.assert(fc.property(fc.anything(), fc.integer({ min: 1, max: 9 }), (thrown, attempt) => {
      const outcome = outcomeOfThrow(thrown, attempt, policy);
      expect(outcome.kind).toBe(attempt >= 5 ? "result" : "retry");
    }));
  });
});

describe("back-off", () => {
  it("doubles its bound with each attempt, up to the maximum", () => {
    const bounds = [1, 2, 3, 4, 20].map((attempt) =>
      backoffMs(attempt, { initialMs: 100, maxMs: 1000, jitter: "none" })
    );
    expect(bounds).toEqual([100, 200, 400, 800, 1000]);
  });

  it("picks any time from zero to the bound", () => {
    const pick = (random: number) => backoffMs(3, { initialMs: 100 }, () => random);
    expect([pick(0), pick(0.5), pick(1)]).toEqual([0, 200, 400]);
  });
});
