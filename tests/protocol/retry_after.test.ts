import { expect, it } from "vitest";
import { readRetryAfter } from "../../src/protocol/retry_after.ts";

const NOW = Date.parse("2026-11-23T18:20:00Z");

it.each([
  ["seconds", "3", 3000],
  ["a fraction of a second, with spaces around it", " 0.25 ", 250],
  ["a date", "Mon, 23 Nov 2026 18:20:05 GMT", 5000],
  ["a date that has passed", "Mon, 23 Nov 2026 18:19:00 GMT", 0],
  ["no header", null, undefined],
  ["an empty header", "", undefined],
  ["anything else", "soon", undefined],
])("Retry-After: %s", (_, header, ms) => {
  expect(readRetryAfter(header, NOW)).toBe(ms);
});
