/** Leases on messages: renewed while a run goes on, and lost when the renewal fails. @module */

import type { Moment } from "../../async/sleep_clock.ts";
import type { Delivery } from "../../transport/transport.ts";
import { LeaseClock } from "./lease_clock.ts";

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

/** Options of a lease keeper. */
export interface LeaseKeeperOptions {
  /** The consumer's ack wait until {@linkcode LeaseKeeper.setAckWait} is called, in milliseconds. */
  readonly ackWaitMs: number;
  /** Called when the broker did not confirm a renewal: the consumer may be deleted. */
  readonly onUnconfirmed?: () => void;
  /** Called when the broker has confirmed a renewal. */
  readonly onRenewed?: () => void;
  /** Called when leases are renewed: the consumer's ack wait may have changed. */
  readonly onRenewing?: () => void;
  /** Called from time to time while there are leases. */
  readonly onSweep?: () => void;
  /** Asks the broker for its time, and passes it to {@linkcode LeaseKeeper.learnTime}: the host has slept, or its clock was set. */
  readonly askTime?: () => Promise<void>;
  /** A clock that never jumps, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** The wall clock, in milliseconds. It goes on while the host sleeps. @default Date.now */
  readonly wall?: () => number;
}

/** A request for messages expires within this part of the ack wait. */
const REQUESTS_PER_ACK_WAIT = 4;

/** The longest time from one sweep to the next, in milliseconds. */
const LONGEST_SWEEP_MS = 5000;

/** Renews the leases of one consumer, with one timer for all of them. */
export class LeaseKeeper {
  readonly #leases = new Set<RenewedLease>();
  readonly #options: LeaseOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The ack wait that the timer is made for. */
  #sweptMs = 0;

  constructor({ ackWaitMs, ...options }: LeaseKeeperOptions) {
    const { onUnconfirmed = () => {}, onRenewing = () => {}, onSweep = () => {} } = options;
    const { onRenewed = () => {}, now = () => performance.now(), wall = () => Date.now() } =
      options;
    const clock = new LeaseClock({ monotonic: now, wall }, options.askTime);
    this.#options = { ackWaitMs, onUnconfirmed, onRenewed, onRenewing, onSweep, now, clock };
  }

  /** Marks the moment at which the broker is asked for its time. */
  askedTime(): Moment {
    return this.#options.clock.moment();
  }

  /** The broker has said its time, in response to what was asked at that moment. */
  learnTime(serverTimeMs: number, asked?: Moment): void {
    const { clock } = this.#options;
    clock.learn(serverTimeMs, asked);
    void clock.decided();
  }

  /** When a request for messages expires at the latest, in milliseconds: what it delivers last has most of its lease left. */
  get requestMs(): number {
    return this.#options.ackWaitMs / REQUESTS_PER_ACK_WAIT;
  }

  /** Whether the lease on a message that the broker may have delivered at `since` may have run out. */
  isOver(since: number = this.#options.now()): boolean {
    return !isHeld(this.#options.clock.since(since), this.#options.ackWaitMs);
  }

  /** Resolves when a doubt is over, without which {@linkcode LeaseKeeper.isOver} is false; `undefined` when there is none. */
  decided(since: number = this.#options.now()): Promise<void> | undefined {
    return this.isOver(since) ? this.#options.clock.decided() : undefined;
  }

  /** The consumer's ack wait is known, or has changed. A shorter one applies to existing leases at once, a longer one once renewed. */
  setAckWait(ackWaitMs: number): void {
    if (ackWaitMs === this.#options.ackWaitMs) return;
    this.#options.ackWaitMs = ackWaitMs;
    for (const lease of this.#leases) lease.limit(ackWaitMs);
    if (this.#timer === undefined || ackWaitMs >= this.#sweptMs) return;
    this.#restart(ackWaitMs);
    this.#sweep(); // Some may have run out by it.
  }

  /**
   * Starts the lease on a message that the broker has not delivered before `since`. `onLost` is called at most once, when it runs
   * out.
   */
  keep(delivery: Delivery, onLost: () => void, since: number = this.#options.now()): Lease {
    const lease = new RenewedLease(delivery, since, this.#options, onLost, () => {
      this.#leases.delete(lease);
    });
    this.#leases.add(lease);
    this.#start();
    return lease;
  }

  /** Ends the timer, once no lease is left to renew. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Stops the timer when no lease is left. One timer for each message would cost more than the message. */
  #sweep(): void {
    if (this.#leases.size === 0) return this.close();
    const decided = this.#options.clock.decided();
    if (decided) return void decided.then(() => this.#sweep());
    let renewing = false;
    let shortestMs = this.#options.ackWaitMs;
    for (const lease of this.#leases) {
      renewing = lease.tick() || renewing;
      shortestMs = Math.min(shortestMs, lease.ackWaitMs);
    }
    if (shortestMs > this.#sweptMs) this.#restart(shortestMs); // Once all of them are renewed for longer.
    if (renewing) this.#options.onRenewing();
    this.#options.onSweep();
  }

  #start(): void {
    if (this.#timer === undefined) this.#restart(this.#options.ackWaitMs);
  }

  #restart(ackWaitMs: number): void {
    this.close();
    this.#sweptMs = ackWaitMs;
    const everyMs = Math.min(LONGEST_SWEEP_MS, Math.max(20, ackWaitMs / 15));
    this.#timer = setInterval(() => this.#sweep(), everyMs);
  }
}

/** One object for a keeper and its leases, so that all know a new ack wait. */
type LeaseOptions =
  & { -readonly [Key in keyof FollowedOptions]-?: FollowedOptions[Key] }
  & { readonly clock: LeaseClock };
type FollowedOptions = Omit<LeaseKeeperOptions, "wall" | "askTime">;

/** A lease ends a little early: clocks differ in their rate, and a reconcile takes a moment to stop. */
const HELD_PART = 0.95;

function isHeld(ageMs: number, ackWaitMs: number): boolean {
  return ageMs < ackWaitMs * HELD_PART;
}

class RenewedLease implements Lease {
  readonly #delivery: Delivery;
  readonly #options: LeaseOptions;
  readonly #onLost: () => void;
  readonly #onReleased: () => void;
  /** When the last confirmed renewal was sent. */
  #heldSince: number;
  #triedAt: number;
  /** The shortest ack wait that may be in force since then. */
  #ackWaitMs: number;
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
    this.#ackWaitMs = options.ackWaitMs;
  }

  /** The ack wait that it follows. */
  get ackWaitMs(): number {
    return this.#ackWaitMs;
  }

  get held(): boolean {
    if (this.#detached) return true;
    return isHeld(this.#options.clock.since(this.#heldSince), this.#ackWaitMs);
  }

  get stalled(): boolean {
    return !this.held && this.#triedAt === this.#heldSince;
  }

  decided(): Promise<void> | undefined {
    return this.held ? undefined : this.#options.clock.decided();
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

  /** The ack wait may be shorter from now on. */
  limit(ackWaitMs: number): void {
    this.#ackWaitMs = Math.min(this.#ackWaitMs, ackWaitMs);
  }

  /** Renews it when it is time. Returns whether it did. */
  tick(): boolean {
    if (!this.held) {
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
    if (this.#released) return;
    if (!confirmed) return this.#options.onUnconfirmed();
    this.#options.onRenewed();
    // After the lease ran out a confirmation proves nothing: another process may have the message by then.
    if (!this.held || sentAt < this.#heldSince) return;
    this.#heldSince = sentAt;
    this.#ackWaitMs = Math.min(ackWaitMs, this.#options.ackWaitMs);
  }
}
