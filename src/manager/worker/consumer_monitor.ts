/** Monitors a consumer: whether it still exists, and which of its messages may have been delivered before. @module */

import { messageOf } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { ConsumerInfo, Delivery } from "../../transport/transport.ts";
import { sharedDelay } from "../../async/shared_delay.ts";
import type { Moment } from "../../async/sleep_clock.ts";
import type { LeaseKeeper } from "../run/lease_keeper.ts";
import type { Session } from "../session/session.ts";

/** Delay before another request for the broker's clock, in milliseconds. */
const CLOCK_RETRY_MS = 1000;

/**
 * How long after the binding the consumer is looked at again, in milliseconds: a server has no condition for a change of a consumer,
 * so a process that starts at the same moment may have undone what this one changed.
 */
const FIRST_LOOK_MS = 500;
/** How often it is looked at later without another cause, in milliseconds. */
const LOOK_MS = 15_000;

/** Learns what becomes of a consumer. */
export interface ConsumerListener {
  /** It is deleted. `replacedAt` is the time at which another one took its place; `Infinity` when none did. */
  onGone(replacedAt: number): void;
  /** It was looked up: another program may have changed its configuration. */
  onSeen(consumer: ConsumerInfo): Promise<void>;
}

/** The leases that follow what is learnt of the consumer and its broker. */
export type FollowingLeases = Pick<LeaseKeeper, "setAckWait" | "askedTime" | "learnTime">;

/** Monitors the consumer of one driver. */
export class ConsumerMonitor {
  readonly #session: Session;
  readonly #driver: string;
  #createdMs: number | undefined;
  #listener: ConsumerListener | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Messages stored before this time may have been delivered before, whatever their delivery count says. */
  #repeatsBeforeMs = 0;
  #checking = false;

  readonly #leases: FollowingLeases;
  #ackWaitMs: number | undefined;

  constructor(session: Session, driver: string, leases: FollowingLeases) {
    this.#session = session;
    this.#driver = driver;
    this.#leases = leases;
  }

  /** A consumer was bound that was asked for at that moment. Returns when it took the place of another one that was bound before. */
  bound(consumer: ConsumerInfo, asked: Moment, listener: ConsumerListener): number | undefined {
    const { createdMs, restarted, serverTimeMs } = consumer;
    this.#ackWaitMs = consumer.ackWaitMs;
    this.#leases.setAckWait(consumer.ackWaitMs);
    this.#leases.learnTime(serverTimeMs, asked);
    const before = this.#createdMs;
    const isOther = before !== undefined && before !== createdMs;
    this.#createdMs = createdMs;
    const { restarts } = this.#session.journal ?? {};
    if (restarted) restarts?.note(); // Its next delivery hides it from the processes that start later.
    const beforeMs = restarted ? Infinity : restarts?.beforeMs ?? 0;
    this.#repeatsBeforeMs = Math.max(
      this.#repeatsBeforeMs,
      beforeMs === Infinity ? serverTimeMs : beforeMs,
      createdMs,
    );
    this.#listener = listener;
    this.#lookIn(FIRST_LOOK_MS);
    return isOther ? createdAt(consumer, asked.at) : undefined;
  }

  /** Nothing is bound. */
  unbound(): void {
    this.#listener = undefined;
    clearTimeout(this.#timer);
  }

  /** Whether an earlier delivery of this message may have reached an outcome. */
  mayBeRepeat({ deliveryCount, timestampMs }: Delivery): boolean {
    return deliveryCount > 1 || timestampMs < this.#repeatsBeforeMs;
  }

  /**
   * The connection is restored. A broker that was killed may have lost its delivery counts; until its clock is known, every
   * message may be a repeat.
   */
  async reconnected(): Promise<void> {
    const { shuttingDown } = this.#session;
    this.#repeatsBeforeMs = Infinity;
    while (this.#repeatsBeforeMs === Infinity && !shuttingDown.aborted) {
      try {
        const askedAt = performance.now();
        const consumer = await this.#lookUp();
        this.#repeatsBeforeMs = consumer?.serverTimeMs ?? 0; // Binding to a new one sets the time.
        if (!consumer) return;
        await this.#compare(consumer, askedAt);
      } catch (error) {
        this.#warn(error);
        await sharedDelay(CLOCK_RETRY_MS, shuttingDown);
      }
    }
  }

  /**
   * Leases are renewed, or one could not be: checks whether the consumer still exists, and its ack wait. While no slot is free
   * there is no pull request whose status could report the deletion.
   */
  async check(): Promise<void> {
    if (this.#checking || !this.#listener || !this.#session.connection.connected) return;
    this.#checking = true;
    try {
      const askedAt = performance.now();
      await this.#compare(await this.#lookUp(), askedAt);
    } catch (error) {
      this.#warn(error);
    } finally {
      this.#checking = false;
    }
  }

  /** Has the broker say its time. Without a connection nothing is waited for: other processes may have the messages by then. */
  async askTime(): Promise<void> {
    if (!this.#session.connection.connected) return;
    await this.#lookUp().catch((error) => this.#warn(error));
  }

  #lookIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.check();
      this.#lookIn(Math.min(LOOK_MS, delayMs * 2));
    }, delayMs);
  }

  async #compare(consumer: ConsumerInfo | undefined, askedAt: number): Promise<void> {
    if (consumer?.createdMs !== this.#createdMs) {
      this.#listener?.onGone(consumer ? createdAt(consumer, askedAt) : Infinity);
    } else if (consumer) await this.#listener?.onSeen(consumer);
  }

  async #lookUp(): Promise<ConsumerInfo | undefined> {
    const asked = this.#leases.askedTime();
    const consumer = await this.#session.connection.consumerInfo(STREAMS.messages, this.#driver);
    if (!consumer) return undefined;
    this.#learnAckWait(consumer.ackWaitMs);
    this.#leases.learnTime(consumer.serverTimeMs, asked);
    this.#session.clock.learn(consumer.serverTimeMs);
    return consumer;
  }

  #learnAckWait(ackWaitMs: number): void {
    const before = this.#ackWaitMs;
    if (ackWaitMs === before) return;
    this.#ackWaitMs = ackWaitMs;
    this.#leases.setAckWait(ackWaitMs);
    this.#session.emit({
      type: "warning",
      code: "ack-wait",
      driver: this.#driver,
      message:
        `the ack wait of the consumer ${this.#driver} was changed from ${before} ms to ${ackWaitMs} ms; ` +
        "leases follow it",
    });
  }

  #warn(error: unknown): void {
    this.#session.emit({
      type: "warning",
      code: "consumer-info",
      driver: this.#driver,
      message: `cannot look up the consumer of ${this.#driver}: ${messageOf(error)}`,
    });
  }
}

/**
 * When a consumer was created, on this process's monotonic clock, or a little before: a response that was long on its way must not
 * make deliveries of this consumer look like those of the one before. Its age is by the broker's clock alone.
 */
function createdAt({ createdMs, serverTimeMs }: ConsumerInfo, askedAt: number): number {
  return askedAt - (serverTimeMs - createdMs);
}
