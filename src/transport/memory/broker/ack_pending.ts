/** Which messages a memory consumer has given out, and until when. @module */

import type { Clock } from "../../clock.ts";

interface Lease {
  deliveryCount: number;
  /** When it runs out, Unix milliseconds; `undefined` once it has and the message waits to be delivered again. */
  untilMs: number | undefined;
}

/** Messages given out and not yet done, each leased until a time. */
export class Leases {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #leases = new Map<number, Lease>();
  readonly #due = new Set<number>();
  #cancelTimer: (() => void) | undefined;
  #timerMs = Infinity;

  /** Makes an empty set of leases that calls `onDue` when some have run out. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many there are, those that have run out and wait included. */
  get size(): number {
    return this.#leases.size;
  }

  /** Whether a message is given out. */
  has(sequence: number): boolean {
    return this.#leases.has(sequence);
  }

  /** How many are of messages delivered more than once. */
  redelivered(): number {
    let count = 0;
    for (const { deliveryCount } of this.#leases.values()) if (deliveryCount > 1) count++;
    return count;
  }

  /** Gives a message out, and tells how often it has been by now. */
  grant(sequence: number, forMs: number): number {
    const lease = this.#leases.get(sequence) ?? { deliveryCount: 0, untilMs: undefined };
    lease.deliveryCount++;
    this.#leases.set(sequence, lease);
    this.#until(sequence, lease, forMs);
    return lease.deliveryCount;
  }

  /** Begins the lease's time anew. */
  renew(sequence: number, forMs: number): void {
    const lease = this.#leases.get(sequence);
    if (lease) this.#until(sequence, lease, forMs);
  }

  /** Ends the lease's time at once or after a delay. */
  giveBack(sequence: number, delayMs: number): void {
    const lease = this.#leases.get(sequence);
    if (!lease) return;
    if (delayMs > 0) return this.#until(sequence, lease, delayMs);
    lease.untilMs = undefined;
    this.#due.add(sequence);
  }

  /** Takes the next message that is to be delivered again. */
  takeDue(): number | undefined {
    for (const sequence of this.#due) {
      this.#due.delete(sequence);
      return sequence;
    }
    return undefined;
  }

  /** Forgets a message; tells whether it was given out. */
  delete(sequence: number): boolean {
    this.#due.delete(sequence);
    return this.#leases.delete(sequence);
  }

  /** Forgets all. */
  clear(): void {
    this.#leases.clear();
    this.#due.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerMs = Infinity;
  }

  #until(sequence: number, lease: Lease, forMs: number): void {
    this.#due.delete(sequence);
    lease.untilMs = this.#clock.now() + forMs;
    this.#wakeAt(lease.untilMs);
  }

  /** One timer serves all: leases come and go by the thousand, and hardly one ever runs out. */
  #wakeAt(timeMs: number): void {
    if (timeMs >= this.#timerMs) return;
    this.#cancelTimer?.();
    this.#timerMs = timeMs;
    this.#cancelTimer = this.#clock.after(
      Math.max(0, timeMs - this.#clock.now()),
      () => this.#look(),
    );
  }

  #look(): void {
    this.#cancelTimer = undefined;
    this.#timerMs = Infinity;
    const now = this.#clock.now();
    let earliest = Infinity;
    for (const [sequence, lease] of this.#leases) {
      if (lease.untilMs === undefined) continue;
      if (lease.untilMs <= now) {
        lease.untilMs = undefined;
        this.#due.add(sequence);
      } else earliest = Math.min(earliest, lease.untilMs);
    }
    if (earliest < Infinity) this.#wakeAt(earliest);
    if (this.#due.size > 0) this.#onDue();
  }
}
