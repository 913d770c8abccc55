/** What a worker knows of its consumer: whether it is still there, and what the broker may have forgotten. @module */

import { messageOf } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { ConsumerInfo, Delivery } from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { Session } from "../session/session.ts";

/** How long to wait before the broker is asked for its clock again, in milliseconds. */
const CLOCK_RETRY_MS = 1000;

/** Watches the consumer of one driver. */
export class ConsumerMonitor {
  readonly #session: Session;
  readonly #driver: string;
  #createdMs: number | undefined;
  #onGone: (() => void) | undefined;
  /** Messages stored before this time may have been delivered before, whatever their delivery count says. */
  #repeatsBeforeMs = 0;
  #checking = false;

  constructor(session: Session, driver: string) {
    this.#session = session;
    this.#driver = driver;
  }

  /** A consumer was bound; `onGone` is called when it is found gone. Gives whether another one was bound before. */
  bound({ createdMs, restarted, serverTimeMs }: ConsumerInfo, onGone: () => void): boolean {
    const replaced = this.#createdMs !== undefined && this.#createdMs !== createdMs;
    this.#createdMs = createdMs;
    this.#repeatsBeforeMs = restarted ? serverTimeMs : createdMs;
    this.#onGone = onGone;
    return replaced;
  }

  /** Nothing is bound. */
  unbound(): void {
    this.#onGone = undefined;
  }

  /** Whether an earlier delivery of this message may have come to an outcome. */
  mayBeRepeat({ deliveryCount, timestampMs }: Delivery): boolean {
    return deliveryCount > 1 || timestampMs < this.#repeatsBeforeMs;
  }

  /**
   * The broker is back. If it was killed, it may have forgotten that it delivered what it had delivered; until its clock is
   * known, everything may be a repeat.
   */
  async reconnected(): Promise<void> {
    const { shuttingDown } = this.#session;
    this.#repeatsBeforeMs = Infinity;
    while (this.#repeatsBeforeMs === Infinity && !shuttingDown.aborted) {
      try {
        const consumer = await this.#lookUp();
        if (!consumer) return; // Binding to a new one sets the time.
        this.#repeatsBeforeMs = consumer.serverTimeMs;
      } catch (error) {
        this.#warn(error);
        await delayUnlessAborted(CLOCK_RETRY_MS, shuttingDown);
      }
    }
  }

  /**
   * A lease could not be renewed: looks whether the consumer is still there. While no slot is free there is no request that the
   * broker could answer with the news.
   */
  async check(): Promise<void> {
    if (this.#checking || !this.#onGone) return;
    this.#checking = true;
    try {
      const consumer = await this.#lookUp();
      if (consumer?.createdMs !== this.#createdMs) this.#onGone?.();
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#checking = false;
    }
  }

  #lookUp(): Promise<ConsumerInfo | undefined> {
    return this.#session.connection.consumerInfo(STREAMS.messages, this.#driver);
  }

  #warn(error: unknown): void {
    this.#session.emit({
      type: "warning",
      code: "consumer-info",
      driver: this.#driver,
      message: `the consumer of ${this.#driver} could not be looked up: ${messageOf(error)}`,
    });
  }
}
