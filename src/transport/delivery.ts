/** Pulls and deliveries of a durable consumer. @module */

import type { PullLostError } from "./errors.ts";

/** Handlers of a pull. They must not throw. */
export interface PullHandlers {
  /**
   * Called for every message. It counts against the demand. `requestedAt` is when the oldest request was sent that the message may
   * respond to, by `performance.now()`: the broker delivered it after that, however long it was on its way.
   */
  onMessage(delivery: Delivery, requestedAt?: number): void;
  /** Called at most once, last: no more messages will arrive. The error has the reason. */
  onLost(error: PullLostError): void;
  /** Called for a condition that is retried and worth logging. */
  onNotice?(notice: string): void;
}

/** A running pull from a durable consumer. */
export interface Pull {
  /**
   * Sets how many more messages are wanted: an absolute number, not an increment. Each message that arrives reduces it by
   * one. Expired requests are renewed until the demand is met. Calls in one tick result in one request. A request expires after
   * `longestMs` milliseconds, or earlier. `ahead` more are taken if the broker has them at hand; they are requested once, and
   * not waited for.
   */
  demand(count: number, longestMs?: number, ahead?: number): void;
  /** When the broker was last heard of, by `performance.now()`; absent where it is in this process. */
  readonly activeAt?: number;
  /**
   * Stops the requests; resolves once no message can arrive any more. A message already on its way still goes to
   * `onMessage`.
   */
  stop(): Promise<void>;
}

/** A message of a durable consumer, leased to this process until it is settled or its ack wait expires. */
export interface Delivery {
  /** The subject it was published on. */
  readonly subject: string;
  /** The payload. */
  readonly data: Uint8Array;
  /** The message's sequence in the stream. */
  readonly sequence: number;
  /** How many times it has been delivered, from 1. */
  readonly deliveryCount: number;
  /** When the stream stored it, Unix milliseconds. */
  readonly timestampMs: number;
  /** Returns a header's value; `undefined` when the message does not have it. */
  header(name: string): string | undefined;
  /** Acknowledges the message: it is not redelivered. */
  ack(): void;
  /** Acknowledges the message; resolves to whether the broker has confirmed it. */
  ackConfirmed(timeoutMs?: number): Promise<boolean>;
  /** Negatively acknowledges the message: it is redelivered, at once or after a delay. */
  nak(delayMs?: number): void;
  /** Terminates the message: it is not redelivered, although it was not processed. */
  term(reason?: string): void;
  /** Restarts the ack wait; resolves to whether the broker has confirmed it. Never rejects. */
  renew(timeoutMs?: number): Promise<boolean>;
}
