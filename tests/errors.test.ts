import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import * as apiErrors from "../src/client/errors.ts";
import * as errors from "../src/errors.ts";

const { hasCode, isErrorLike, messageOf } = errors;
const { isApiError } = apiErrors;

/** The same modules a second time, as in a program with two copies of the package. */
let copy: typeof errors;
let apiCopy: typeof apiErrors;
beforeAll(async () => {
  vi.resetModules();
  copy = await import("../src/errors.ts");
  apiCopy = await import("../src/client/errors.ts");
});

const details = { status: 404, serverText: "none", method: "GET", path: "/x" };

/** An error of each class, with its code. */
const kindsOf = (from: typeof errors, api: typeof apiErrors): [string, errors.ConveyorError][] => [
  ["anything", new from.ConveyorError("anything", "no")],
  ["config", new from.ConfigError("field", "no")],
  ["connection", new from.ConnectionError("no")],
  ["timeout", new from.TimeoutError("no", 1)],
  ["non-retryable", new from.NonRetryableError("no")],
  ["retry-after", new from.RetryAfterError(1)],
  ["api", new api.ApiError("no", details)],
  ["not-supported", new api.ApiError("no", { ...details, code: "not-supported" })],
  ["not-found", new api.NotFoundError("no", details)],
  ["conflict", new api.ConflictError("no", details)],
  ["validation", new api.ValidationError("no", details)],
  ["unauthorized", new api.UnauthorizedError("no", details)],
];

describe("hasCode", () => {
  it("recognises every class of the package by its code only", () => {
    for (const [code, error] of kindsOf(errors, apiErrors)) {
      expect(hasCode(error, code)).toBe(true);
      expect(hasCode(error, `not-${code}`)).toBe(false);
    }
  });

  it("recognises the errors of a second copy of the package", () => {
    expect(copy.ConveyorError).not.toBe(errors.ConveyorError);
    for (const [code, error] of kindsOf(copy, apiCopy)) {
      expect(error instanceof errors.ConveyorError).toBe(false);
      expect(hasCode(error, code)).toBe(true);
    }
  });

  it("is false for a plain object, a text and nothing", () => {
    for (const thrown of [{ code: "config", message: "no" }, "config", null, undefined, 1]) {
      expect(hasCode(thrown, "config")).toBe(false);
    }
  });

  it("recognises a subclass by its own code, also with another one in its details", () => {
    const { code } = new apiErrors.NotFoundError("no", { ...details, code: "api" });
    expect(code).toBe("not-found");
  });
});

describe("isApiError", () => {
  it("is true for every error of the API, also of a second copy", () => {
    for (const [code, error] of [...kindsOf(errors, apiErrors), ...kindsOf(copy, apiCopy)]) {
      expect([code, isApiError(error)]).toEqual([code, "status" in error]);
    }
  });

  it("is false for values that only look like one", () => {
    expect(isApiError(details)).toBe(false);
    expect(isApiError(Object.assign(new Error("no"), { status: 404 }))).toBe(false);
  });
});

describe("isErrorLike", () => {
  class Tagged extends Error {
    readonly [Symbol.toStringTag] = "FetchError";
  }

  it.each([
    ["an error", new Error("no")],
    ["a subclass", new TypeError("no")],
    ["an error of this package", new errors.ConfigError("field", "no")],
    ["an exception of the platform", new DOMException("no", "AbortError")],
    ["an error with a tag of its own", new Tagged("no")],
    ["an error of another realm", runInNewContext("new TypeError('no')")],
  ])("is true for %s", (_, thrown) => {
    expect(isErrorLike(thrown)).toBe(true);
    expect(messageOf(thrown)).toBe("no");
  });

  it("is false for any other value, and never throws", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const labels = { name: "web", message: "no", stack: "prod" };
    for (const thrown of [undefined, null, "no", 1, {}, [], () => {}, labels, proxy]) {
      expect(isErrorLike(thrown)).toBe(false);
    }
  });
});

describe("messageOf", () => {
  it("returns the name of an error without a message", () => {
    expect(messageOf(new RangeError())).toBe("RangeError");
  });

  it("returns a text as it is, and other values as JSON", () => {
    expect(messageOf("no")).toBe("no");
    expect(messageOf({ reason: "no" })).toBe(`{"reason":"no"}`);
    expect(messageOf(undefined)).toBe("undefined");
  });

  it("returns the kind of a value that JSON cannot hold", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(messageOf(circular)).toBe("[object Object]");
  });
});
