/** A clock that also sees the time for which the host slept. @module */

/** The clocks may run apart by so much between two looks, in milliseconds; more is sleep, or a clock that was set. */
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

interface Sleep {
  /** Counted from 0. */
  readonly number: number;
  readonly noticedAt: number;
  ms: number;
  /** Only the wall clock says so, which may have been set forward. */
  doubted: boolean;
}

/** A moment of the monotonic clock, and the sleeps that were noticed before. */
export interface Moment {
  readonly at: number;
  readonly sleeps: number;
}

/** The broker's time, which it wrote between two moments. */
interface Reading {
  readonly brokerMs: number;
  readonly sent: Moment;
  readonly received: Moment;
}

/**
 * Finds the time for which the monotonic clock stood still because the host slept: the wall clock, or the broker's, has gone on
 * meanwhile. A wall clock that was set forward looks the same until the broker has said its time.
 */
export class SleepClock {
  readonly #clocks: HostClocks;
  #monotonicMs: number;
  #wallMs: number;
  readonly #sleeps: Sleep[] = [];
  #noticed = 0;
  #reading: Reading | undefined;

  constructor(clocks: HostClocks) {
    this.#clocks = clocks;
    this.#monotonicMs = clocks.monotonic();
    this.#wallMs = clocks.wall();
  }

  /** Whether the broker's time is needed to tell a sleep from a clock that was set. */
  get doubted(): boolean {
    this.#look();
    return this.#sleeps.some(({ doubted }) => doubted);
  }

  /** The time that has passed since a moment of the monotonic clock, in milliseconds, sleep included; without what is doubted, if so asked. */
  since(moment: number, withoutDoubted?: boolean): number {
    let ms = this.#look() - moment;
    for (const { noticedAt, ms: sleptMs, doubted } of this.#sleeps) {
      if (noticedAt >= moment && !(withoutDoubted && doubted)) ms += sleptMs;
    }
    return ms;
  }

  /** This moment. */
  moment(): Moment {
    return { at: this.#look(), sleeps: this.#noticed };
  }

  /** The broker has said its time, in milliseconds, in a response to a request of that moment. */
  learn(brokerMs: number, sent: Moment): void {
    const received = this.moment();
    const before = this.#reading;
    const reading = { brokerMs, sent, received };
    if (!before) this.#reading = reading;
    // What was noticed since the request may be missing in the response: it is left to the next one.
    else if (!this.#since(sent).some(({ doubted }) => doubted)) {
      this.#reading = reading;
      this.#compare(before, reading);
    }
  }

  /** The broker does not say its time: what the wall clock says counts. */
  believe(): void {
    for (const sleep of this.#sleeps) sleep.doubted = false;
  }

  #compare(before: Reading, { brokerMs, sent, received }: Reading): void {
    const passedMs = brokerMs - before.brokerMs;
    const toleratedMs = TOLERATED_MS + (received.at - before.received.at) / 1000;
    const mostMs = passedMs - (sent.at - before.received.at);
    if (mostMs > -toleratedMs) { // A broker whose clock went back proves nothing.
      const leftMs = mostMs > toleratedMs ? mostMs : 0;
      for (const sleep of this.#since(before.received)) {
        if (sleep.doubted) sleep.ms = Math.min(sleep.ms, leftMs);
      }
    }
    this.believe();
    const knownMs = this.#since(before.sent).reduce((sum, { ms }) => sum + ms, 0);
    // The wall clock of a machine that was paused stands still with the other one, or was set back meanwhile.
    const leastMs = passedMs - (received.at - before.sent.at);
    if (leastMs > toleratedMs + knownMs) this.#slept(received.at, mostMs - knownMs, false);
  }

  #since({ sleeps }: Moment): Sleep[] {
    return this.#sleeps.filter(({ number }) => number >= sleeps);
  }

  #look(): number {
    const now = this.#clocks.monotonic();
    const wallMs = this.#clocks.wall();
    const passedMs = now - this.#monotonicMs;
    const sleptMs = wallMs - this.#wallMs - passedMs;
    this.#monotonicMs = now;
    this.#wallMs = wallMs;
    // Both clocks are adjusted to others', by less than a thousandth.
    if (sleptMs > TOLERATED_MS + passedMs / 1000) this.#slept(now, sleptMs, true);
    return now;
  }

  #slept(noticedAt: number, ms: number, doubted: boolean): void {
    this.#sleeps.push({ number: this.#noticed++, noticedAt, ms, doubted });
    if (this.#sleeps.length > MOST_SLEEPS) this.#sleeps.shift();
  }
}
