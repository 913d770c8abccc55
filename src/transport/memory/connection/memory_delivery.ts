/** A message that a memory consumer has delivered. @module */

import type { Delivery } from "../../transport.ts";
import type { MemoryConsumer } from "../broker/memory_consumer.ts";
import type { Link } from "./link.ts";
import type { StoredMessage } from "../broker/stored_message.ts";

/** A message that a memory consumer has delivered. */
export class MemoryDelivery implements Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly timestampMs: number;
  readonly #message: StoredMessage;
  readonly #consumer: MemoryConsumer;
  readonly #link: Link;

  /** Creates a delivery of `message`; acknowledgements go to `consumer` over `link`. */
  constructor(
    message: StoredMessage,
    deliveryCount: number,
    consumer: MemoryConsumer,
    link: Link,
  ) {
    this.subject = message.subject;
    this.data = message.data.slice();
    this.sequence = message.sequence;
    this.deliveryCount = deliveryCount;
    this.timestampMs = message.timestampMs;
    this.#message = message;
    this.#consumer = consumer;
    this.#link = link;
  }

  header(name: string): string | undefined {
    return this.#message.headers[name];
  }

  ack(): void {
    this.#link.send(() => this.#consumer.settle(this.sequence));
  }

  ackConfirmed(timeoutMs?: number): Promise<boolean> {
    return this.#confirmed(() => this.#consumer.settle(this.sequence), timeoutMs);
  }

  /** Not buffered while the link is down: once it is restored, another instance may have the message. */
  nak(delayMs: number = 0): void {
    if (!this.#link.up) return;
    this.#link.send(() => this.#consumer.nak(this.sequence, delayMs));
  }

  term(): void {
    this.#link.send(() => this.#consumer.settle(this.sequence));
  }

  renew(timeoutMs?: number): Promise<boolean> {
    return this.#confirmed(() => this.#consumer.renew(this.sequence), timeoutMs);
  }

  /** Every failure of the request means: not confirmed. */
  async #confirmed(run: () => void, timeoutMs?: number): Promise<boolean> {
    const request = this.#link.request("settle a message", () => {
      if (this.#consumer.ended) return false;
      run();
      return true;
    }, timeoutMs);
    return await request.catch(() => false);
  }
}
