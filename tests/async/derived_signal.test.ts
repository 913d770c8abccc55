import { describe, expect, it } from "vitest";
import { derivedSignal } from "../../src/async/derived_signal.ts";

/** A signal that counts its listeners. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return { controller, signal, listeners: () => listeners };
}

describe("signals derived from one parent", () => {
  it("cost it one listener, and none once all are released", () => {
    const { signal, listeners } = counted();
    const derived = Array.from({ length: 200 }, () => derivedSignal(signal));
    expect(listeners()).toBe(1);
    for (const { release } of derived) release();
    expect(listeners()).toBe(0);
    derivedSignal(signal);
    expect(listeners()).toBe(1);
  });

  it("abort with its reason, and only while they are not released", () => {
    const { controller, signal } = counted();
    const [kept, released] = [derivedSignal(signal), derivedSignal(signal)];
    released.release();
    controller.abort("over");
    expect(kept.signal.reason).toBe("over");
    expect(released.signal.aborted).toBe(false);
    expect(derivedSignal(signal).signal.reason).toBe("over");
  });
});
