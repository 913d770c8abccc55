import { afterEach, expect, it, vi } from "vitest";
import { settlesWithin } from "../../src/async/settles_within.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("waits for a promise, and leaves no timer behind", async () => {
  vi.useFakeTimers();
  let resolve = () => {};
  const settled = settlesWithin(new Promise<void>((done) => resolve = done), 1000);
  expect(vi.getTimerCount()).toBe(1);
  resolve();
  expect(await settled).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it("waits no longer than for the time", async () => {
  vi.useFakeTimers();
  const settled = settlesWithin(new Promise(() => {}), 1000);
  vi.advanceTimersByTime(1000);
  expect(await settled).toBe(false);
});
