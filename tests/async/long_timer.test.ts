import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withDeadline } from "../../src/async/deadline.ts";
import { delay } from "../../src/async/delay.ts";
import { startTimer } from "../../src/async/long_timer.ts";

const DAY_MS = 86_400_000;

describe("times over 2^31 - 1 ms", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("a timer of 60 days fires after 60 days, and not before", () => {
    const fired = vi.fn();
    startTimer(60 * DAY_MS, fired);
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it("a timer that is cancelled in its second part does not fire", () => {
    const fired = vi.fn();
    const cancel = startTimer(60 * DAY_MS, fired);
    vi.advanceTimersByTime(40 * DAY_MS);
    cancel();
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a delay and a deadline of 60 days are that long", async () => {
    const ended: string[] = [];
    void delay(60 * DAY_MS).then(() => ended.push("delay"));
    const never = () => new Promise<void>(() => {});
    withDeadline({ action: "wait", timeoutMs: 60 * DAY_MS }, never)
      .catch(({ name }: Error) => ended.push(name));
    await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended.sort()).toEqual(["TimeoutError", "delay"]);
  });
});
