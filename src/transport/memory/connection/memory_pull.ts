/** A pull from a memory consumer. @module */

import { keepProcessAlive } from "../../clock.ts";
import type { PullLostError } from "../../errors.ts";
import { pullLost } from "../../shared/pull_lost.ts";
import type { Pull, PullHandlers } from "../../transport.ts";
import type { MemoryBroker } from "../broker/memory_broker.ts";
import type { MemoryConsumer, PullSubscriber } from "../broker/memory_consumer.ts";
import { MemoryDelivery } from "./memory_delivery.ts";
import type { Link } from "./link.ts";
import type { StoredMessage } from "../broker/stored_message.ts";

/** A pull from a memory consumer. */
export class MemoryPull implements Pull, PullSubscriber {
  readonly #broker: MemoryBroker;
  readonly #link: Link;
  readonly #stream: string;
  readonly #durable: string;
  readonly #handlers: PullHandlers;
  readonly #releaseProcess = keepProcessAlive();
  #consumer: MemoryConsumer | undefined;
  #demand = 0;
  #ahead = 0;
  #over = false;

  /** Creates a pull without demand. */
  constructor(
    broker: MemoryBroker,
    link: Link,
    stream: string,
    durable: string,
    handlers: PullHandlers,
  ) {
    this.#broker = broker;
    this.#link = link;
    this.#stream = stream;
    this.#durable = durable;
    this.#handlers = handlers;
  }

  demand(count: number, _longestMs?: number, ahead: number = 0): void {
    this.#demand = count;
    this.#ahead = ahead;
    if (this.#over || count + ahead === 0) return;
    if (this.#consumer) this.#consumer.wake();
    else this.#broker.scheduler.schedule(() => this.#bind());
  }

  stop(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  ready(): boolean {
    return this.#demand + this.#ahead > 0 && this.#link.up;
  }

  drained(): void {
    this.#ahead = 0;
  }

  receive(message: StoredMessage, deliveryCount: number, consumer: MemoryConsumer): void {
    if (this.#demand > 0) this.#demand--;
    else this.#ahead--;
    this.#handlers.onMessage(new MemoryDelivery(message, deliveryCount, consumer, this.#link));
  }

  onLost(error: PullLostError): void {
    if (this.#over) return;
    this.#end();
    this.#broker.scheduler.schedule(() => this.#handlers.onLost(error));
  }

  /** Continues after the link was restored. */
  resume(): void {
    this.#consumer?.wake();
  }

  #bind(): void {
    if (this.#over || this.#consumer) return;
    this.#consumer = this.#broker.consumer(this.#stream, this.#durable);
    if (!this.#consumer) {
      const reason = this.#broker.stream(this.#stream) ? "consumer-deleted" : "stream-deleted";
      return this.onLost(pullLost(reason, this.#stream, this.#durable));
    }
    this.#consumer.subscribe(this);
    this.#consumer.wake();
  }

  #end(): void {
    this.#over = true;
    this.#demand = this.#ahead = 0;
    this.#consumer?.unsubscribe(this);
    this.#releaseProcess();
  }
}
