/** Time that passes when a test says so. @module */

/** A timer in virtual time. */
export interface VirtualTimer {
  readonly at: number;
  readonly run: () => void;
  cancel(): void;
}

const { performance: realPerformance } = globalThis;
const realNow = realPerformance.now.bind(realPerformance);
const epochMs = Date.now.bind(Date);

/** A clock and its timers. It stands still, or flows as real time does. */
export class VirtualTime {
  readonly #epochMs = epochMs();
  readonly #timers = new Set<VirtualTimer>();
  #base = 0;
  #flowingSince: number | undefined;

  /** Virtual milliseconds since the test began. */
  get now(): number {
    return this.#flowingSince === undefined
      ? this.#base
      : this.#base + realNow() - this.#flowingSince;
  }

  /** The wall clock, Unix milliseconds. */
  get wallMs(): number {
    return Math.floor(this.#epochMs + this.now);
  }

  /** The first timer to fire. Of those of one time, it is the oldest. */
  get next(): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of this.#timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }

  /** Starts a timer. */
  after(delayMs: number, run: () => void): VirtualTimer {
    const timer: VirtualTimer = {
      at: this.now + Math.max(0, delayMs),
      run,
      cancel: () => this.#timers.delete(timer),
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Lets time flow, or stand still. */
  setFlowing(flows: boolean): void {
    this.#base = this.now;
    this.#flowingSince = flows ? realNow() : undefined;
  }

  /** Moves the clock forward. */
  moveTo(at: number): void {
    if (at <= this.now) return;
    this.#base = at;
    if (this.#flowingSince !== undefined) this.#flowingSince = realNow();
  }

  /** Moves the clock to a timer, and fires it. */
  fire(timer: VirtualTimer): void {
    this.moveTo(timer.at);
    this.#timers.delete(timer);
    timer.run();
  }
}
