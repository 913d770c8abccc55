/** Messages that a memory consumer has delivered and that are not acknowledged. @module */

import type { Clock } from "../../clock.ts";

interface PendingMessage {
  deliveryCount: number;
  /**
   * When its ack wait began, Unix milliseconds; `undefined` once it has expired. As on a server, the ack wait of the moment counts,
   * and a delay moves the beginning.
   */
  sinceMs: number | undefined;
}

/** The state of an {@linkcode AckPending} at one time. */
export type SavedAckPending = ReadonlyMap<number, Readonly<PendingMessage>>;

/** Messages delivered and not acknowledged, each with a time at which it is redelivered. */
export class AckPending {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #ackWaitMs: number;
  readonly #pending = new Map<number, PendingMessage>();
  readonly #due = new Set<number>();
  #cancelTimer: (() => void) | undefined;
  #timerMs = Infinity;

  /** Creates an empty set that calls `onDue` when messages are due for redelivery. */
  constructor(clock: Clock, ackWaitMs: number, onDue: () => void) {
    this.#clock = clock;
    this.#ackWaitMs = ackWaitMs;
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

  /** Changes the ack wait, of messages that are pending too. */
  setAckWait(ackWaitMs: number): void {
    this.#ackWaitMs = ackWaitMs;
    this.#stopTimer();
    this.#checkDue();
  }

  /** Adds a delivery of a message; returns its delivery count. */
  add(sequence: number): number {
    const message = this.#pending.get(sequence) ?? { deliveryCount: 0, sinceMs: undefined };
    message.deliveryCount++;
    this.#pending.set(sequence, message);
    this.#expireIn(sequence, message, this.#ackWaitMs);
    return message.deliveryCount;
  }

  /** Restarts a message's ack wait. */
  renew(sequence: number): void {
    const message = this.#pending.get(sequence);
    if (message) this.#expireIn(sequence, message, this.#ackWaitMs);
  }

  /** Makes a message due for redelivery, at once or after a delay. */
  nak(sequence: number, delayMs: number): void {
    const message = this.#pending.get(sequence);
    if (!message) return;
    if (delayMs > 0) return this.#expireIn(sequence, message, delayMs);
    message.sinceMs = undefined;
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
    for (const [sequence, { deliveryCount, sinceMs = -Infinity }] of saved) {
      this.#pending.set(sequence, { deliveryCount, sinceMs });
      this.#wakeAt(sinceMs + this.#ackWaitMs);
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
    const expiresMs = this.#clock.now() + forMs;
    message.sinceMs = expiresMs - this.#ackWaitMs;
    this.#wakeAt(expiresMs);
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
      if (message.sinceMs === undefined) continue;
      const expiresMs = message.sinceMs + this.#ackWaitMs;
      if (expiresMs <= now) {
        message.sinceMs = undefined;
        this.#due.add(sequence);
      } else earliest = Math.min(earliest, expiresMs);
    }
    if (earliest < Infinity) this.#wakeAt(earliest);
    if (this.#due.size > 0) this.#onDue();
  }
}
