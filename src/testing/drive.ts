/** Makes virtual time pass. @module */

import { ConveyorError } from "../errors.ts";
import type { VirtualTime } from "./virtual_time.ts";

const realSetImmediate = globalThis.setImmediate;
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** What is not there after so much virtual time does not come, in milliseconds. */
const LIMIT_MS = 7 * 86_400_000;

/**
 * Passes time. While the driver's own code runs, time flows as it does outside, because that code may wait for a process or a
 * network; with virtual timers, and otherwise, it is skipped.
 */
export class Drive {
  readonly time: VirtualTime;
  /** Calls of the driver's own code that have not ended. */
  #userCalls = 0;
  /** Virtual timers of the driver's own code. */
  #userTimers = 0;
  #wake = () => {};
  #changed = new Promise<void>((resolve) => this.#wake = resolve);
  /** Whether time is skipped even while the driver's own code runs. */
  skips = false;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  /** Counts a call of the driver's own code until it has ended. */
  async userCall<T>(work: () => T | Promise<T>): Promise<T> {
    this.#userCalls++;
    this.changed();
    try {
      return await work();
    } finally {
      this.#userCalls--;
      this.changed();
    }
  }

  /** Counts the virtual timers of the driver's own code. */
  userTimer(change: 1 | -1): void {
    this.#userTimers += change;
    this.changed();
  }

  /** Looks again at what has happened. */
  changed(): void {
    this.time.setFlowing(this.#flows());
    this.#wake();
    this.#changed = new Promise((resolve) => this.#wake = resolve);
  }

  /** Passes time until something has happened. @throws a `ConveyorError` with code `test-stuck` when it does not. */
  async until(action: string, done: () => boolean): Promise<void> {
    const started = this.time.now;
    for (;;) {
      const changed = this.#changed;
      await turn();
      if (done()) return;
      const { next, now } = this.time;
      if (!next || next.at - started > LIMIT_MS) {
        throw new ConveyorError("test-stuck", `cannot ${action}: nothing is left that could do it`);
      }
      if (next.at <= now || !this.#flows()) this.time.fire(next);
      else await waitReal(next.at - now, changed);
    }
  }

  /** Passes an amount of time, whether the driver's own code runs or not. */
  async pass(ms: number): Promise<void> {
    const end = this.time.now + ms;
    for (;;) {
      await turn();
      const { next } = this.time;
      if (!next || next.at > end) break;
      this.time.fire(next);
    }
    this.time.moveTo(end);
    await turn();
  }

  #flows(): boolean {
    return this.#userCalls > 0 && this.#userTimers === 0 && !this.skips;
  }
}

/** Lets all promises that are settled have their reactions. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => realSetImmediate(resolve));
}

async function waitReal(ms: number, changed: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = realSetTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
  });
  await Promise.race([changed, elapsed]);
  realClearTimeout(timer);
}
