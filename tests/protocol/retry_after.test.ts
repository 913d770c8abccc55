import { expect, it } from "vitest";
import { readRetryAfter } from "../../src/protocol/retry_after.ts";

/** Headers of a server whose clock is not this host's. */
function headers(retryAfter: string | null): Headers {
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  return new Headers({ date, ...(retryAfter !== null && { "retry-after": retryAfter }) });
}

it.each([
  ["seconds", "3", 3000],
  ["seconds, with space around them", " 3 ", 3000],
  ["seconds with a fraction", "0.25", 250],
  ["seconds with a fraction that is rounded", "1.1", 1100],
  ["no time at all", "0", 0],
  ["a date", "Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
  ["a date in the past", "Wed, 31 Dec 2025 00:00:00 GMT", 0],
])("Retry-After may have %s: %j", (_, header, expected) => {
  expect(readRetryAfter(headers(header))).toBe(expected);
});

it.each([null, "", "soon", "3 minutes from lunch"])("Retry-After has no delay: %j", (header) => {
  expect(readRetryAfter(headers(header))).toBeUndefined();
});

it("a date is compared with this host's clock where the response has none", () => {
  const later = new Date(Date.now() + 60_000).toUTCString();
  const delayMs = readRetryAfter(new Headers({ "retry-after": later }));
  expect(delayMs).toBeGreaterThan(1000);
  expect(delayMs).toBeLessThanOrEqual(60_000);
});
