/** Leases on messages: renewed while work goes on, and known to be lost when they could not be. @module */

import type { Delivery } from "../../transport/transport.ts";

/** The right of this process to settle a message, for as long as it is renewed. */
export interface Lease {
  /** Whether the right is still held. Looks at the clock, so it is true of a blocked process too. */
  readonly held: boolean;
  /**
   * Whether it ran out because this process did not get to renew it, rather than because the broker did not answer.
   */
  readonly stalled: boolean;
  /** Gives it up: it is renewed no more. Idempotent. */
  release(): void;
  /** Keeps it for good: its consumer is gone, so nobody can take the message over by letting it run out. */
  detach(): void;
}

/** How leases are kept. */
export interface LeaseKeeperOptions {
  /** The consumer's ack wait, in milliseconds. */
  readonly ackWaitMs: number;
  /** Told of a renewal that the broker did not confirm: its consumer may be gone. */
  readonly onUnconfirmed?: () => void;
  /** A clock that never jumps, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Keeps the leases of one consumer: one timer for all of them. */
export class LeaseKeeper {
  readonly #leases = new Set<KeptLease>();
  readonly #options: LeaseOptions;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LeaseKeeperOptions) {
    const { ackWaitMs, onUnconfirmed = () => {}, now = () => performance.now() } = options;
    this.#options = { ackWaitMs, onUnconfirmed, now };
  }

  /** Starts to keep the lease on a message that has just arrived. `onLost` is called at most once, if it runs out. */
  keep(delivery: Delivery, onLost: () => void): Lease {
    const lease = new KeptLease(delivery, this.#options, onLost, () => {
      this.#leases.delete(lease);
    });
    this.#leases.add(lease);
    this.#timer ??= setInterval(() => this.#sweep(), Math.max(20, this.#options.ackWaitMs / 15));
    return lease;
  }

  /** Stops by itself when there is nothing to look after: a timer for each message would cost more than the message. */
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

class KeptLease implements Lease {
  readonly #delivery: Delivery;
  readonly #ackWaitMs: number;
  readonly #now: () => number;
  readonly #onUnconfirmed: () => void;
  readonly #onLost: () => void;
  readonly #onReleased: () => void;
  /** When the renewal that the broker has confirmed last was sent. */
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
    // The broker's clock started a little earlier than ours: a message and a renewal take time to travel.
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
    // A confirmation that comes after the lease ran out is worth nothing: somebody else may have the message by then.
    if (this.held) this.#heldSince = Math.max(this.#heldSince, sentAt);
  }
}
