/** Keeps the leases of one consumer, with one timer for all of them. @module */

import type { Moment } from "../../async/sleep_clock.ts";
import type { Delivery } from "../../transport/transport.ts";
import { isHeld, type Lease, type LeaseOptions, RenewedLease } from "./lease.ts";
import { LeaseClock } from "./lease_clock.ts";

/** Options of a lease keeper. */
export interface LeaseKeeperOptions extends Pick<LeaseOptions, "onUnconfirmed" | "onRenewed"> {
  /** The consumer's ack wait until {@linkcode LeaseKeeper.setAckWait} is called, in milliseconds. */
  readonly ackWaitMs: number;
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

/** Leases are looked at so often while the ack wait passes: more often than what they end early by, so none is noticed too late. */
const SWEEPS_PER_ACK_WAIT = 25;

/** The longest time from one sweep to the next, in milliseconds. */
const LONGEST_SWEEP_MS = 5000;

type KeeperOptions = LeaseOptions & Pick<LeaseKeeperOptions, "onRenewing" | "onSweep">;

/** Renews the leases of one consumer, with one timer for all of them. */
export class LeaseKeeper {
  readonly #leases = new Set<RenewedLease>();
  readonly #options: KeeperOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The ack wait that the timer is made for. */
  #sweptMs = 0;

  constructor(
    { now = () => performance.now(), wall = () => Date.now(), askTime, ...options }:
      LeaseKeeperOptions,
  ) {
    const clock = new LeaseClock({ monotonic: now, wall }, askTime);
    this.#options = { ...options, now, clock };
  }

  /** Marks the moment at which the broker is asked for its time. */
  askedTime(): Moment {
    return this.#options.clock.moment();
  }

  /** The broker has said its time, in response to what was asked at that moment. */
  learnTime(serverTimeMs: number, asked: Moment): void {
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
  decided(since?: number): Promise<void> | undefined {
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
    const lease = new RenewedLease(delivery, since, this.#options, onLost, this.#leases);
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
    if (decided) void decided.then(() => this.#sweep()); // Some run out whatever becomes of the doubt.
    let renewing = false;
    let shortestMs = this.#options.ackWaitMs;
    for (const lease of this.#leases) {
      renewing = lease.tick() || renewing;
      shortestMs = Math.min(shortestMs, lease.ackWaitMs);
    }
    if (shortestMs > this.#sweptMs) this.#restart(shortestMs); // Once all of them are renewed for longer.
    if (renewing) this.#options.onRenewing?.();
    this.#options.onSweep?.();
  }

  #start(): void {
    if (this.#timer === undefined) this.#restart(this.#options.ackWaitMs);
  }

  #restart(ackWaitMs: number): void {
    this.close();
    this.#sweptMs = ackWaitMs;
    const everyMs = Math.min(LONGEST_SWEEP_MS, Math.max(20, ackWaitMs / SWEEPS_PER_ACK_WAIT));
    this.#timer = setInterval(() => this.#sweep(), everyMs);
  }
}
