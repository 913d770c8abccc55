/** A message that a memory consumer has given out. @module */

import type { Delivery } from "../../transport.ts";
import type { MemoryConsumer } from "../broker/memory_consumer.ts";
import type { Link } from "./link.ts";
import type { StoredMessage } from "../broker/stored_message.ts";

/** A message that a memory consumer has given out. */
export class MemoryDelivery implements Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly timestampMs: number;
  readonly #message: StoredMessage;
  readonly #consumer: MemoryConsumer;
  readonly #link: Link;

  /** Makes a delivery of `message` that answers to `consumer` over `link`. */
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

  /** Not held back while the line is down: by the time it is up, somebody else may have the message. */
  nak(delayMs: number = 0): void {
    if (!this.#link.up) return;
    this.#link.send(() => this.#consumer.giveBack(this.sequence, delayMs));
  }

  term(): void {
    this.#link.send(() => this.#consumer.settle(this.sequence));
  }

  renew(timeoutMs?: number): Promise<boolean> {
    return this.#confirmed(() => this.#consumer.renew(this.sequence), timeoutMs);
  }

  /** A broker that cannot be asked has not confirmed, whatever the reason. */
  async #confirmed(run: () => void, timeoutMs?: number): Promise<boolean> {
    const request = this.#link.request("settle a message", () => {
      if (this.#consumer.ended) return false;
      run();
      return true;
    }, timeoutMs);
    return await request.catch(() => false);
  }
}
