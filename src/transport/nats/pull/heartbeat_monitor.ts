/** Notices that nothing comes any more. @module */

/** Calls back when a time is over that was never put off. One timer serves any number of delays. */
export class HeartbeatMonitor {
  readonly #silentAt: () => number | undefined;
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAt = Infinity;

  /**
   * Makes a watch. `silentAt` tells, by `performance.now()`, when silence would be too long by what is known at the
   * moment of asking; `undefined` means that nothing is awaited.
   */
  constructor(silentAt: () => number | undefined, onSilence: () => void) {
    this.#silentAt = silentAt;
    this.#onSilence = onSilence;
  }

  /** Watches. Needs to be called when what is awaited may have moved nearer. */
  start(): void {
    const at = this.#silentAt();
    if (at === undefined || at >= this.#firesAt) return;
    clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, at - performance.now()));
  }

  /** Watches no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
  }

  #look(): void {
    this.#firesAt = Infinity;
    const at = this.#silentAt();
    if (at === undefined) return;
    if (at > performance.now()) this.start();
    else this.#onSilence();
  }
}
