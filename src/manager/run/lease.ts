/** Leases on messages: renewed while a run goes on, and lost when the renewal fails. @module */

import type { Delivery } from "../../transport/transport.ts";
import type { LeaseClock } from "./lease_clock.ts";

/** The right of this process to settle a message, for as long as it is renewed. */
export interface Lease {
  /** Whether the right is still held. Reads the clock, so a process whose event loop was blocked gets the right answer too. */
  readonly held: boolean;
  /** Whether it ran out because this process was blocked, rather than because the broker did not confirm a renewal. */
  readonly stalled: boolean;
  /** Stops renewing it. Idempotent. */
  release(): void;
  /** Resolves when a doubt about the host's clocks is over, without which it may be held; `undefined` when there is none. */
  decided(): Promise<void> | undefined;
  /** Holds it for ever: its consumer is deleted, so the message cannot be redelivered when the lease runs out. */
  detach(): void;
}

/** What a keeper shares with its leases, so that all know a new ack wait. */
export interface LeaseOptions {
  /** The consumer's ack wait, in milliseconds. */
  ackWaitMs: number;
  /** Called when the broker did not confirm a renewal: the consumer may be deleted. */
  readonly onUnconfirmed?: () => void;
  /** Called when the broker has confirmed a renewal. */
  readonly onRenewed?: () => void;
  readonly now: () => number;
  readonly clock: LeaseClock;
}

/** A lease ends a little early: clocks differ in their rate, and a reconcile takes a moment to stop. */
const HELD_PART = 0.95;

/** Whether a lease of this age is still held. */
export function isHeld(ageMs: number, ackWaitMs: number): boolean {
  return ageMs < ackWaitMs * HELD_PART;
}

/** A lease that its keeper renews. */
export class RenewedLease implements Lease {
  readonly #delivery: Delivery;
  readonly #options: LeaseOptions;
  readonly #onLost: () => void;
  /** Those that are renewed, this one among them until it is released. */
  readonly #renewed: Set<RenewedLease>;
  /** When the last confirmed renewal was sent. */
  #heldSince: number;
  #triedAt: number;
  /** The shortest ack wait that may be in force since then. */
  #ackWaitMs: number;
  #detached = false;

  constructor(
    delivery: Delivery,
    since: number,
    options: LeaseOptions,
    onLost: () => void,
    renewed: Set<RenewedLease>,
  ) {
    this.#delivery = delivery;
    this.#options = options;
    this.#onLost = onLost;
    this.#renewed = renewed;
    this.#heldSince = this.#triedAt = since;
    this.#ackWaitMs = options.ackWaitMs;
  }

  /** The ack wait that it follows. */
  get ackWaitMs(): number {
    return this.#ackWaitMs;
  }

  get held(): boolean {
    if (this.#detached) return true;
    const ackWaitMs = Math.min(this.#ackWaitMs, this.#options.ackWaitMs); // It is not told once it is released.
    return isHeld(this.#options.clock.since(this.#heldSince), ackWaitMs);
  }

  get stalled(): boolean {
    return !this.held && this.#triedAt === this.#heldSince;
  }

  decided(): Promise<void> | undefined {
    return this.held ? undefined : this.#options.clock.decided();
  }

  release(): void {
    this.#renewed.delete(this);
  }

  detach(): void {
    this.#detached = true;
    this.release();
  }

  /** The ack wait may be shorter from now on. */
  limit(ackWaitMs: number): void {
    this.#ackWaitMs = Math.min(this.#ackWaitMs, ackWaitMs);
  }

  /** Renews it when it is time. Returns whether it did. */
  tick(): boolean {
    if (!this.held) {
      // Where it is doubted that the host has slept, it may be held after all.
      if (isHeld(this.#options.clock.since(this.#heldSince, true), this.#ackWaitMs)) return false;
      this.release();
      this.#onLost();
      return false;
    }
    const now = this.#options.now();
    if (now - this.#triedAt < this.#ackWaitMs / 3) return false;
    void this.#renew(now);
    return true;
  }

  async #renew(sentAt: number): Promise<void> {
    this.#triedAt = sentAt;
    const { ackWaitMs } = this.#options;
    // One that waits for a connection must not be sent once another process may have the message.
    const leftMs = this.#ackWaitMs * HELD_PART - this.#options.clock.since(this.#heldSince);
    const confirmed = await this.#delivery.renew(Math.min(this.#ackWaitMs / 3, leftMs));
    if (!this.#renewed.has(this)) return;
    if (!confirmed) return this.#options.onUnconfirmed?.();
    this.#options.onRenewed?.();
    // After the lease ran out a confirmation proves nothing: another process may have the message by then.
    if (!this.held || sentAt < this.#heldSince) return;
    this.#heldSince = sentAt;
    this.#ackWaitMs = Math.min(ackWaitMs, this.#options.ackWaitMs);
  }
}
