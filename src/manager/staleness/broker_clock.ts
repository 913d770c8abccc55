/** The broker's clock, as far as this host can tell. @module */

/** Estimates the broker's time, by which messages have their timestamps. */
export class BrokerClock {
  #serverTimeMs: number;
  #wallMs = 0;
  #monotonicMs = 0;

  /** `serverTimeMs` is the broker's time at this moment, Unix milliseconds. */
  constructor(serverTimeMs: number) {
    this.#serverTimeMs = serverTimeMs;
    this.learn(serverTimeMs);
  }

  /** The broker has said its time. */
  learn(serverTimeMs: number): void {
    this.#serverTimeMs = serverTimeMs;
    this.#wallMs = Date.now();
    this.#monotonicMs = performance.now();
  }

  /** Time since the broker last said its own, in milliseconds: a host's sleep may stop the one clock, and the other may be set back. */
  get elapsedMs(): number {
    return Math.max(performance.now() - this.#monotonicMs, Date.now() - this.#wallMs);
  }

  /** How long ago a message was stored, in milliseconds; rather too long than too short. */
  ageOf(timestampMs: number): number {
    return this.#serverTimeMs + this.elapsedMs - timestampMs;
  }
}
