/** A delivery that settles nothing but its own message. @module */

import type { Delivery } from "../../transport/transport.ts";
import type { Lease } from "../run/lease.ts";
import type { SeenStream, StreamIdentity } from "./stream_identity.ts";

/** Time for a renewal, in milliseconds, unless another one is given. */
const RENEW_MS = 5000;

/**
 * A delivery whose settlement is dropped when its stream is gone: the server knows a message by its sequence, and in a stream that
 * was deleted and recreated that is the sequence of another event. What cannot be told yet, such as during an outage, waits until
 * it can.
 */
export class GuardedDelivery implements Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly timestampMs: number;
  /** The right to settle it; set when it is admitted. */
  lease: Lease | undefined;
  readonly #delivery: Delivery;
  readonly #identity: StreamIdentity;
  readonly #seen: SeenStream;
  readonly #arrivedAt = performance.now();
  /** A renewal that arrives behind a nak would replace its delay. */
  #settled = false;

  constructor(delivery: Delivery, identity: StreamIdentity) {
    this.subject = delivery.subject;
    this.data = delivery.data;
    this.sequence = delivery.sequence;
    this.deliveryCount = delivery.deliveryCount;
    this.timestampMs = delivery.timestampMs;
    this.#delivery = delivery;
    this.#identity = identity;
    this.#seen = identity.now;
    identity.naks.delete(this.sequence);
  }

  header(name: string): string | undefined {
    return this.#delivery.header(name);
  }

  ack(): void {
    this.#ifOwn(() => this.#delivery.ack());
  }

  async ackConfirmed(timeoutMs?: number): Promise<boolean> {
    return await this.#identity.isStill(this.#seen) &&
      await this.#delivery.ackConfirmed(timeoutMs);
  }

  /**
   * Not kept during an outage, nor while the host sleeps: after that another process may have the message. Not sent either when the
   * message is here again by then: its next delivery would end.
   */
  nak(delayMs?: number): void {
    const { naks, connected } = this.#identity;
    if (!connected) return;
    this.#settled = true;
    naks.set(this.sequence, this);
    this.#ifOwn(() => {
      if (naks.get(this.sequence) !== this) return;
      naks.delete(this.sequence);
      if (this.lease?.held !== false) this.#delivery.nak(delayMs);
    });
  }

  term(reason?: string): void {
    this.#ifOwn(() => this.#delivery.term(reason));
  }

  /** Not sent late, nor when the host has slept: by then another process may have the message. */
  async renew(timeoutMs: number = RENEW_MS): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    return await this.#identity.isStill(this.#seen, timeoutMs) && !this.#settled &&
      this.lease?.held !== false && await this.#delivery.renew(deadline - performance.now());
  }

  #ifOwn(settle: () => void): void {
    this.#identity.ifStill(this.#seen, this.#arrivedAt, settle);
  }
}
