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
  /** The consumer's ack wait, in milliseconds. */
  readonly ackWaitMs: number;
  /** Called when the broker did not confirm a renewal: the consumer may be deleted. */
  readonly onUnconfirmed?: () => void;
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

  constructor(options: LeaseKeeperOptions) {
    const { ackWaitMs, onUnconfirmed = () => {}, now = () => performance.now() } = options;
    this.#options = { ackWaitMs, onUnconfirmed, now };
  }

  /** Starts the lease on a message that has just arrived. `onLost` is called at most once, when it runs out. */
  keep(delivery: Delivery, onLost: () => void): Lease {
    const lease = new RenewedLease(delivery, this.#options, onLost, () => {
      this.#leases.delete(lease);
    });
    this.#leases.add(lease);
    this.#timer ??= setInterval(
      () => this.#sweep(),
      Math.min(LONGEST_SWEEP_MS, Math.max(20, this.#options.ackWaitMs / 15)),
    );
    return lease;
  }

  /** Stops the timer when no lease is left. One timer for each message would cost more than the message. */
  #sweep(): void {
    if (this.#leases.size === 0) return this.#stop();
    for (const lease of this.#leases) lease.tick();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

type LeaseOptions = Required<LeaseKeeperOptions>;

class RenewedLease implements Lease {
  readonly #delivery: Delivery;
  readonly #ackWaitMs: number;
  readonly #now: () => number;
  readonly #onUnconfirmed: () => void;
  readonly #onLost: () => void;
  readonly #onReleased: () => void;
  /** When the last confirmed renewal was sent. */
  #heldSince: number;
  #triedAt: number;
  #released = false;
  #detached = false;

  constructor(
    delivery: Delivery,
    { ackWaitMs, now, onUnconfirmed }: LeaseOptions,
    onLost: () => void,
    onReleased: () => void,
  ) {
    this.#delivery = delivery;
    this.#ackWaitMs = ackWaitMs;
    this.#now = now;
    this.#onUnconfirmed = onUnconfirmed;
    this.#onLost = onLost;
    this.#onReleased = onReleased;
    this.#heldSince = this.#triedAt = now();
  }

  get held(): boolean {
    if (this.#detached) return true;
    // The broker's clock started a little earlier than this one: a message and a renewal take time to travel.
    return this.#now() - this.#heldSince < this.#ackWaitMs * 0.95;
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

  tick(): void {
    if (!this.held) {
      this.release();
      this.#onLost();
      return;
    }
    const now = this.#now();
    if (now - this.#triedAt >= this.#ackWaitMs / 3) void this.#renew(now);
  }

  async #renew(sentAt: number): Promise<void> {
    this.#triedAt = sentAt;
    const confirmed = await this.#delivery.renew(this.#ackWaitMs / 3);
    if (this.#released) return;
    if (!confirmed) return this.#onUnconfirmed();
    // After the lease ran out a confirmation proves nothing: another process may have the message by then.
    if (this.held) this.#heldSince = Math.max(this.#heldSince, sentAt);
  }
}
