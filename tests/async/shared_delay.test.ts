import { expect, it } from "vitest";
import { sharedDelay } from "../../src/async/shared_delay.ts";

it("any number of delays wait with one listener, which runtimes do not warn of, and end with the signal", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners++;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners--;
    remove(...given);
  };
  await Promise.all(Array.from({ length: 300 }, () => sharedDelay(1, signal)));
  expect(listeners).toBe(0);
  const delays = Array.from({ length: 300 }, () => sharedDelay(1e9, signal));
  expect(listeners).toBe(1);
  controller.abort();
  await Promise.all(delays);
});
