/** A clock that also sees the time for which the host slept. @module */

/** The wall clock may run ahead of the monotonic one by so much between two looks, in milliseconds; more is sleep. */
const TOLERATED_MS = 1000;
/** So many sleeps are remembered. */
const MOST_SLEEPS = 20;

/** The two clocks of a host. */
export interface HostClocks {
  /** Never jumps, and may stand still while the host sleeps, in milliseconds. */
  readonly monotonic: () => number;
  /** May jump, in milliseconds. */
  readonly wall: () => number;
}

/**
 * Finds the time for which the monotonic clock stood still because the host slept: the wall clock has gone on meanwhile. A wall
 * clock that was set forward looks the same.
 */
export class SleepClock {
  readonly #clocks: HostClocks;
  #monotonicMs: number;
  #wallMs: number;
  readonly #sleeps: { readonly noticedAt: number; readonly ms: number }[] = [];

  constructor(clocks: HostClocks) {
    this.#clocks = clocks;
    this.#monotonicMs = clocks.monotonic();
    this.#wallMs = clocks.wall();
  }

  /** The time that has passed since a moment of the monotonic clock, in milliseconds, sleep included. */
  since(moment: number): number {
    const now = this.#look();
    let ms = now - moment;
    for (const sleep of this.#sleeps) if (sleep.noticedAt >= moment) ms += sleep.ms;
    return ms;
  }

  #look(): number {
    const now = this.#clocks.monotonic();
    const wallMs = this.#clocks.wall();
    const passedMs = now - this.#monotonicMs;
    const sleptMs = wallMs - this.#wallMs - passedMs;
    this.#monotonicMs = now;
    this.#wallMs = wallMs;
    // Both clocks are adjusted to others', by less than a thousandth.
    if (sleptMs > TOLERATED_MS + passedMs / 1000) {
      this.#sleeps.push({ noticedAt: now, ms: sleptMs });
      if (this.#sleeps.length > MOST_SLEEPS) this.#sleeps.shift();
    }
    return now;
  }
}
