/** Whose step it is: a simulated process, or the world itself. */

/** An owner of steps, timers and clocks. */
export class Owner {
  readonly name: string;
  /** Nothing of it runs any more. */
  dead = false;
  /** Its steps wait until this time. */
  pausedUntil = 0;
  /** How far its wall clock is from the world's, in milliseconds. */
  wallOffsetMs = 0;
  /** Time that its monotonic clock does not see, because the host sleeps: all of the sleeps that have begun. */
  sleptMs = 0;
  /** Whether its wall clock was set back: that can hide a sleep. */
  setBack = false;
  #sleepsUntil = 0;
  #monotonicMs = 0;
  /** When it was told to stop. */
  stoppingSince: number | undefined;
  /** Timers that have not fired and were not cleared. */
  readonly timers: Set<object> = new Set();

  constructor(name: string) {
    this.name = name;
  }

  /** Whether its host may have slept unnoticed: its wall clock was set back, and hides it. */
  get hidesSleep(): boolean {
    return this.setBack && this.sleptMs > 0;
  }

  /** None of its steps run for a time. */
  pause(now: number, forMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, now + forMs);
  }

  /** Its wall clock is set. */
  setClock(byMs: number): void {
    this.wallOffsetMs += byMs;
    this.setBack ||= byMs < 0;
  }

  /** Its host sleeps: none of its steps run, and its monotonic clock stands still. */
  sleep(now: number, forMs: number): void {
    this.pause(now, forMs);
    const from = Math.max(now, this.#sleepsUntil);
    this.#sleepsUntil = Math.max(from, now + forMs);
    this.sleptMs += this.#sleepsUntil - from;
  }

  /** What its monotonic clock shows: it stands still while the host sleeps, and never goes back, by a rounding error neither. */
  monotonic(now: number): number {
    const sleptMs = this.sleptMs - Math.max(0, this.#sleepsUntil - now);
    return this.#monotonicMs = Math.max(this.#monotonicMs, now - sleptMs);
  }
}
