/** The clock of leases: where the host's clocks disagree, the broker's decides. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { type HostClocks, SleepClock } from "../../async/sleep_clock.ts";

/** How long the broker is waited for, in milliseconds. */
const LONGEST_DOUBT_MS = 5000;

/** A clock that asks the broker whether the host has slept or its wall clock was set. */
export class LeaseClock extends SleepClock {
  readonly #askTime: (() => Promise<void>) | undefined;
  #deciding: Promise<void> | undefined;

  /** `askTime` asks the broker for its time, and has it learnt. */
  constructor(clocks: HostClocks, askTime?: () => Promise<void>) {
    super(clocks);
    this.#askTime = askTime;
  }

  /** Resolves when the broker has decided, or what the wall clock says counts without it; `undefined` when there is no doubt. */
  decided(): Promise<void> | undefined {
    return this.doubted ? this.#deciding ??= this.#decide() : undefined;
  }

  async #decide(): Promise<void> {
    const asked = new AbortController();
    const isLate = delayUnlessAborted(LONGEST_DOUBT_MS, asked.signal);
    await Promise.race([this.#askTime?.(), isLate]);
    asked.abort();
    this.believe();
    this.#deciding = undefined;
  }
}
