/** Detection of missed heartbeats. @module */

/** Calls back when a deadline passes. One timer serves any number of extensions of the deadline. */
export class HeartbeatMonitor {
  readonly #deadline: () => number | undefined;
  readonly #onMissed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAt = Infinity;

  /**
   * Creates a monitor. `deadline` returns the current deadline, by `performance.now()`; `undefined` means that no message
   * is expected.
   */
  constructor(deadline: () => number | undefined, onMissed: () => void) {
    this.#deadline = deadline;
    this.#onMissed = onMissed;
  }

  /** Starts the timer. Has to be called when the deadline may have moved nearer. */
  start(): void {
    const at = this.#deadline();
    if (at === undefined || at >= this.#firesAt) return;
    clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#check(), Math.max(0, at - performance.now()));
  }

  /** Stops the timer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
  }

  #check(): void {
    this.#firesAt = Infinity;
    const at = this.#deadline();
    if (at === undefined) return;
    if (at > performance.now()) this.start();
    else this.#onMissed();
  }
}
