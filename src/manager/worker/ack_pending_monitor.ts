/** Monitors how many of a consumer's unacknowledged messages wait for their next attempt. @module */

import { messageOf } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Session } from "../session/session.ts";

/** Warnings come at most once in this time, in milliseconds. */
const WARN_EVERY_MS = 60_000;

/**
 * A message with a delayed nak still counts as one of the `maxAckPending` unacknowledged ones, over all instances. When such
 * messages use up the limit, no new ones are delivered: the monitor warns before that goes unnoticed.
 */
export class AckPendingMonitor {
  readonly #session: Session;
  readonly #driver: string;
  /** When the delays of this process end, on the monotonic clock. */
  #delays: number[] = [];
  #warnedAt = -Infinity;
  #checking = false;

  constructor(session: Session, driver: string) {
    this.#session = session;
    this.#driver = driver;
  }

  /** A message got a nak with a delay. */
  delayed(delayMs: number): void {
    const now = performance.now();
    this.#delays = this.#delays.filter((end) => end > now);
    this.#delays.push(now + delayMs);
    const { maxAckPending } = this.#session.options;
    if (maxAckPending === 1 || this.#delays.length * 2 < maxAckPending) return;
    if (this.#checking || now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#checking = true;
    void this.#check(this.#delays.length).finally(() => this.#checking = false);
  }

  async #check(delayedHere: number): Promise<void> {
    const { connection, options: { maxAckPending } } = this.#session;
    try {
      const info = await connection.consumerInfo(STREAMS.messages, this.#driver);
      if (!info || info.ackPending * 2 < maxAckPending) return;
      this.#warnedAt = performance.now();
      this.#warn(
        `${info.ackPending} of the ${maxAckPending} messages that ${this.#driver} may have unacknowledged are in use, ` +
          `${delayedHere} by runs that wait here for their next attempt, and ${info.pending} more are ` +
          "pending; raise maxAckPending, shorten the back-off, or fix the failing runs",
      );
    } catch (error) {
      this.#warn(`cannot look up the consumer of ${this.#driver}: ${messageOf(error)}`);
    }
  }

  #warn(message: string): void {
    this.#session.emit({ type: "warning", code: "ack-budget", message, driver: this.#driver });
  }
}
