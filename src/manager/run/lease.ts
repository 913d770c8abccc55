/** Leases on messages: renewed while a run goes on, and lost when the renewal fails. @module */

import type { Delivery } from "../../transport/transport.ts";

/** The right of this process to settle a message, for as long as it is renewed. */
export interface Lease {
  /** Whether the right is still held. Reads the clock, so a process whose event loop was blocked gets the right answer too. */
  readonly held: boolean;
  /** Whether it ran out because this process was blocked, rather than because the broker did not confirm a renewal. */
  readonly stalled: boolean;
  /** Stops renewing it. Idempotent. */
  release(): void;
  /** Holds it for ever: its consumer is deleted, so the message cannot be redelivered when the lease runs out. */
  detach(): void;
}

/** Options of a lease keeper. */
export interface LeaseKeeperOptions {
  /** The consumer's ack wait until {@linkcode LeaseKeeper.setAckWait} is called, in milliseconds. */
  readonly ackWaitMs: number;
  /** Called when the broker did not confirm a renewal: the consumer may be deleted. */
  readonly onUnconfirmed?: () => void;
  /** Called when leases are renewed: time to look whether the consumer's ack wait is still the same. */
  readonly onRenewing?: () => void;
  /** A clock that never jumps, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** The longest time from one look at the leases to the next, in milliseconds. */
const LONGEST_SWEEP_MS = 60_000;

/** Renews the leases of one consumer, with one timer for all of them. */
export class LeaseKeeper {
  readonly #leases = new Set<RenewedLease>();
  readonly #options: LeaseOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #watching = false;
  /** When the timer fired last, and the time before. */
  #tickedAt = 0;
  #tickedBefore = 0;

  constructor(options: LeaseKeeperOptions) {
    const { ackWaitMs, onUnconfirmed = () => {}, onRenewing = () => {} } = options;
    const { now = () => performance.now() } = options;
    this.#options = { ackWaitMs, onUnconfirmed, onRenewing, now };
  }

  /**
   * Watches the event loop from now on: a message that is read after the process was paused or blocked may have been delivered
   * at any time since it was last seen to run, and its lease counts from there.
   */
  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#tickedAt = this.#tickedBefore = this.#options.now();
    this.#start();
  }

  /** Ends the timer, and with it all renewals. */
  close(): void {
    this.#watching = false;
    this.#stop();
  }

  /** The consumer's ack wait is known, or has changed. It holds for the leases that are there too, as it does on the server. */
  setAckWait(ackWaitMs: number): void {
    if (ackWaitMs === this.#options.ackWaitMs) return;
    this.#options.ackWaitMs = ackWaitMs;
    if (this.#timer === undefined) return;
    this.#stop();
    this.#start();
  }

  /**
   * Starts the lease on a message that has just arrived, and was asked for at `askedAt` at the earliest. `onLost` is called at most
   * once, when it runs out.
   */
  keep(delivery: Delivery, onLost: () => void, askedAt = -Infinity): Lease {
    const since = this.#watching ? Math.max(this.#tickedBefore, askedAt) : this.#options.now();
    const lease = new RenewedLease(delivery, since, this.#options, onLost, () => {
      this.#leases.delete(lease);
    });
    this.#leases.add(lease);
    this.#start();
    return lease;
  }

  /** Stops the timer when no lease is left. One timer for each message would cost more than the message. */
  #sweep(): void {
    this.#tickedBefore = this.#tickedAt;
    this.#tickedAt = this.#options.now();
    if (this.#leases.size === 0 && !this.#watching) return this.#stop();
    let renewing = false;
    for (const lease of this.#leases) renewing = lease.tick() || renewing;
    if (renewing) this.#options.onRenewing();
  }

  #start(): void {
    this.#timer ??= setInterval(
      () => this.#sweep(),
      Math.min(LONGEST_SWEEP_MS, Math.max(20, this.#options.ackWaitMs / 15)),
    );
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** One object for a keeper and its leases, so that a new ack wait holds for all. */
type LeaseOptions = { -readonly [Key in keyof LeaseKeeperOptions]-?: LeaseKeeperOptions[Key] };

class RenewedLease implements Lease {
  readonly #delivery: Delivery;
  readonly #options: LeaseOptions;
  readonly #onLost: () => void;
  readonly #onReleased: () => void;
  /** When the last confirmed renewal was sent. */
  #heldSince: number;
  #triedAt: number;
  #released = false;
  #detached = false;

  constructor(
    delivery: Delivery,
    since: number,
    options: LeaseOptions,
    onLost: () => void,
    onReleased: () => void,
  ) {
    this.#delivery = delivery;
    this.#options = options;
    this.#onLost = onLost;
    this.#onReleased = onReleased;
    this.#heldSince = this.#triedAt = since;
  }

  get held(): boolean {
    if (this.#detached) return true;
    // The broker's clock started a little earlier than this one: a message and a renewal take time to travel.
    return this.#options.now() - this.#heldSince < this.#options.ackWaitMs * 0.95;
  }

  get stalled(): boolean {
    return !this.held && this.#triedAt === this.#heldSince;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onReleased();
  }

  detach(): void {
    this.#detached = true;
    this.release();
  }

  /** Renews it when it is time. Returns whether it did. */
  tick(): boolean {
    if (!this.held) {
      this.release();
      this.#onLost();
      return false;
    }
    const now = this.#options.now();
    if (now - this.#triedAt < this.#options.ackWaitMs / 3) return false;
    void this.#renew(now);
    return true;
  }

  async #renew(sentAt: number): Promise<void> {
    this.#triedAt = sentAt;
    const confirmed = await this.#delivery.renew(this.#options.ackWaitMs / 3);
    if (this.#released) return;
    if (!confirmed) return this.#options.onUnconfirmed();
    // After the lease ran out a confirmation proves nothing: another process may have the message by then.
    if (this.held) this.#heldSince = Math.max(this.#heldSince, sentAt);
  }
}
