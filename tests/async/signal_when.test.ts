import { expect, it } from "vitest";
import { signalWhen } from "../../src/async/signal_when.ts";

it("a signal fires when its promise resolves, and not before", async () => {
  let resolve = () => {};
  const promise = new Promise<void>((done) => resolve = done);
  const signal = signalWhen(promise);
  await Promise.resolve();
  expect(signal.aborted).toBe(false);
  resolve();
  await promise;
  expect(signal.aborted).toBe(true);
});

it("a signal without a promise never fires", async () => {
  const signal = signalWhen(undefined);
  await Promise.resolve();
  expect(signal.aborted).toBe(false);
});
