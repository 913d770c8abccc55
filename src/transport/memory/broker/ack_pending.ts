/** Messages that a memory consumer has delivered and that are not acknowledged. @module */

import type { Clock } from "../../clock.ts";

interface PendingMessage {
  deliveryCount: number;
  /** When its ack wait expires, Unix milliseconds; `undefined` once it has expired. */
  expiresMs: number | undefined;
}

/** The state of an {@linkcode AckPending} at one time. */
export type SavedAckPending = ReadonlyMap<number, Readonly<PendingMessage>>;

/** Messages delivered and not acknowledged, each with a time at which it is redelivered. */
export class AckPending {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #pending = new Map<number, PendingMessage>();
  readonly #due = new Set<number>();
  #cancelTimer: (() => void) | undefined;
  #timerMs = Infinity;

  /** Creates an empty set that calls `onDue` when messages are due for redelivery. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** The number of messages, those due for redelivery included. */
  get size(): number {
    return this.#pending.size;
  }

  /** Whether a message is pending. */
  has(sequence: number): boolean {
    return this.#pending.has(sequence);
  }

  /** Returns the number of messages delivered more than once. */
  redelivered(): number {
    let count = 0;
    for (const { deliveryCount } of this.#pending.values()) if (deliveryCount > 1) count++;
    return count;
  }

  /** Adds a delivery of a message; returns its delivery count. */
  add(sequence: number, forMs: number): number {
    const message = this.#pending.get(sequence) ?? { deliveryCount: 0, expiresMs: undefined };
    message.deliveryCount++;
    this.#pending.set(sequence, message);
    this.#expireIn(sequence, message, forMs);
    return message.deliveryCount;
  }

  /** Restarts a message's ack wait. */
  renew(sequence: number, forMs: number): void {
    const message = this.#pending.get(sequence);
    if (message) this.#expireIn(sequence, message, forMs);
  }

  /** Makes a message due for redelivery, at once or after a delay. */
  nak(sequence: number, delayMs: number): void {
    const message = this.#pending.get(sequence);
    if (!message) return;
    if (delayMs > 0) return this.#expireIn(sequence, message, delayMs);
    message.expiresMs = undefined;
    this.#due.add(sequence);
  }

  /** Takes the next message that is due for redelivery. */
  takeDue(): number | undefined {
    for (const sequence of this.#due) {
      this.#due.delete(sequence);
      return sequence;
    }
    return undefined;
  }

  /** Removes a message; returns whether it was pending. */
  delete(sequence: number): boolean {
    this.#due.delete(sequence);
    const deleted = this.#pending.delete(sequence);
    if (this.#pending.size === 0) this.#stopTimer();
    return deleted;
  }

  /** Returns a copy of its state. */
  save(): SavedAckPending {
    return new Map([...this.#pending].map(([sequence, message]) => [sequence, { ...message }]));
  }

  /** Replaces its state by a saved one. */
  restore(saved: SavedAckPending): void {
    this.clear();
    for (const [sequence, { deliveryCount, expiresMs = 0 }] of saved) {
      const message = { deliveryCount, expiresMs: undefined };
      this.#pending.set(sequence, message);
      this.#expireIn(sequence, message, expiresMs - this.#clock.now());
    }
  }

  /** Removes all. */
  clear(): void {
    this.#pending.clear();
    this.#due.clear();
    this.#stopTimer();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerMs = Infinity;
  }

  #expireIn(sequence: number, message: PendingMessage, forMs: number): void {
    this.#due.delete(sequence);
    message.expiresMs = this.#clock.now() + forMs;
    this.#wakeAt(message.expiresMs);
  }

  /** One timer for all messages: there are thousands, and hardly any of them expires. */
  #wakeAt(timeMs: number): void {
    if (timeMs >= this.#timerMs) return;
    this.#cancelTimer?.();
    this.#timerMs = timeMs;
    this.#cancelTimer = this.#clock.after(
      Math.max(0, timeMs - this.#clock.now()),
      () => this.#checkDue(),
    );
  }

  #checkDue(): void {
    this.#cancelTimer = undefined;
    this.#timerMs = Infinity;
    const now = this.#clock.now();
    let earliest = Infinity;
    for (const [sequence, message] of this.#pending) {
      if (message.expiresMs === undefined) continue;
      if (message.expiresMs <= now) {
        message.expiresMs = undefined;
        this.#due.add(sequence);
      } else earliest = Math.min(earliest, message.expiresMs);
    }
    if (earliest < Infinity) this.#wakeAt(earliest);
    if (this.#due.size > 0) this.#onDue();
  }
}
