/** Messages on their way from a durable consumer. @module */

import type { PullLostError } from "./errors.ts";

/** What comes of a pull. No handler may throw. */
export interface PullHandlers {
  /** A message arrived. It counts against the demand. */
  onMessage(delivery: Delivery): void;
  /** Nothing more will come: the consumer or the stream is gone, or heartbeats stopped. Called at most once, last. */
  onLost(error: PullLostError): void;
  /** Something that heals by itself but somebody should know of. */
  onNotice?(notice: string): void;
}

/** A running pull from a durable consumer. */
export interface Pull {
  /**
   * Says how many more messages are wanted from now on: an absolute number, not an addition. Each message that arrives
   * takes one off. Requests that lapse are made again until the demand is met. Calls in one tick make one request.
   */
  demand(count: number): void;
  /**
   * Stops asking, and resolves once nothing more can arrive. A message that crosses the stop still goes to `onMessage`.
   */
  stop(): Promise<void>;
}

/** A message from a durable consumer, leased to this process until it is settled or its ack wait runs out. */
export interface Delivery {
  /** The subject it was published on. */
  readonly subject: string;
  /** The message itself. */
  readonly data: Uint8Array;
  /** The message's sequence in the stream. */
  readonly sequence: number;
  /** How many times it has been delivered, this time included: 1 the first time. */
  readonly deliveryCount: number;
  /** When the stream stored it, Unix milliseconds. */
  readonly timestampMs: number;
  /** A header's value; `undefined` when there is none of that name. */
  header(name: string): string | undefined;
  /** Done: the consumer will not deliver it again. */
  ack(): void;
  /** Done, and resolves to whether the broker has confirmed it. */
  ackConfirmed(timeoutMs?: number): Promise<boolean>;
  /** Not done: deliver it again, at once or after a delay. */
  nak(delayMs?: number): void;
  /** Never deliver it again, although it is not done. */
  term(reason?: string): void;
  /** Renews the lease; resolves to whether the broker has confirmed it. Never rejects. */
  renew(timeoutMs?: number): Promise<boolean>;
}
