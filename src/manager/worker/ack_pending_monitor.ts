/** Watches how many of a consumer's unacknowledged messages are merely waiting for their next attempt. @module */

import { messageOf } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Session } from "../session/session.ts";

const AGAIN_AFTER_MS = 60_000;

/**
 * A message that was handed back with a delay keeps its place among the `maxAckPending` unacknowledged ones, over all
 * instances. When such messages eat the budget, no new ones are delivered: that must not happen in silence.
 */
export class AckPendingMonitor {
  readonly #session: Session;
  readonly #driver: string;
  /** When the delays of this process end, on a clock that never jumps. */
  #delays: number[] = [];
  #warnedAt = -Infinity;
  #asking = false;

  constructor(session: Session, driver: string) {
    this.#session = session;
    this.#driver = driver;
  }

  /** A message was handed back with a delay. */
  delayed(delayMs: number): void {
    const now = performance.now();
    this.#delays = this.#delays.filter((end) => end > now);
    this.#delays.push(now + delayMs);
    const { maxAckPending } = this.#session.options;
    if (maxAckPending === 1 || this.#delays.length * 2 < maxAckPending) return;
    if (this.#asking || now - this.#warnedAt < AGAIN_AFTER_MS) return;
    this.#asking = true;
    void this.#ask(this.#delays.length).finally(() => this.#asking = false);
  }

  async #ask(delayedHere: number): Promise<void> {
    const { connection, options: { maxAckPending } } = this.#session;
    try {
      const info = await connection.consumerInfo(STREAMS.messages, this.#driver);
      if (!info || info.ackPending * 2 < maxAckPending) return;
      this.#warnedAt = performance.now();
      this.#warn(
        `${info.ackPending} of the ${maxAckPending} messages that ${this.#driver} may have unacknowledged are taken, ` +
          `${delayedHere} of them by runs of this process that wait for their next attempt; ${info.pending} more wait behind ` +
          "them. Raise maxAckPending, shorten the back-off, or mend what makes the runs fail",
      );
    } catch (error) {
      this.#warn(`the consumer of ${this.#driver} could not be looked at: ${messageOf(error)}`);
    }
  }

  #warn(message: string): void {
    this.#session.emit({ type: "warning", code: "ack-budget", message, driver: this.#driver });
  }
}
