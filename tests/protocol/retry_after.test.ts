import { expect, it } from "vitest";
import { readRetryAfter } from "../../src/protocol/retry_after.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

it.each([
  ["seconds", "3", 3000],
  ["seconds, with space around them", " 3 ", 3000],
  ["seconds with a fraction", "0.25", 250],
  ["seconds with a fraction that is rounded", "1.1", 1100],
  ["no time at all", "0", 0],
  ["a date", "Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
  ["a date in the past", "Wed, 31 Dec 2025 00:00:00 GMT", 0],
])("Retry-After may have %s: %j", (_, header, expected) => {
  expect(readRetryAfter(header, NOW)).toBe(expected);
});

it.each([null, "", "soon", "3 minutes from lunch"])("Retry-After has no delay: %j", (header) => {
  expect(readRetryAfter(header, NOW)).toBeUndefined();
});
