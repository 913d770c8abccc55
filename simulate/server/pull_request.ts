/** A client's request for messages, as it waits at the server. */

import type {
  MemoryConsumer,
  PullSubscriber,
} from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { SimulatedServer } from "./server.ts";
import type { Session } from "./session.ts";
import type { WireMessage } from "./wire.ts";

/** A client's request for messages. It ends when it is served, when its time is up, or with its consumer. */
export class PullRequest implements PullSubscriber {
  readonly #server: SimulatedServer;
  readonly #session: Session;
  readonly #inbox: string;
  readonly #consumer: MemoryConsumer;
  readonly #expiry: { cancelled: boolean };
  readonly #noWait: boolean;
  #left: number;

  constructor(
    server: SimulatedServer,
    session: Session,
    inbox: string,
    consumer: MemoryConsumer,
    { batch, expiresMs, noWait }: { batch: number; expiresMs: number; noWait: boolean },
  ) {
    this.#server = server;
    this.#session = session;
    this.#inbox = inbox;
    this.#consumer = consumer;
    this.#left = batch;
    this.#noWait = noWait;
    this.#expiry = server.world.after(expiresMs, () => this.#expire());
    consumer.subscribe(this);
    consumer.wake();
  }

  ready(): boolean {
    return this.#left > 0 && this.#session.listens(this.#inbox);
  }

  receive(message: StoredMessage, deliveryCount: number, consumer: MemoryConsumer): void {
    const stream = consumer.stream.config.name;
    const { durable } = consumer.config;
    if (--this.#left === 0) this.#end();
    this.#server.delivered(consumer, message, deliveryCount, this.#session);
    const { sequence, timestampMs } = message;
    const reply =
      `$JS.ACK.${stream}.${durable}.${deliveryCount}.${sequence}.${sequence}.${timestampMs}000000.${consumer.info().pending}`;
    this.#send({ subject: message.subject, data: message.data, reply });
  }

  drained(): void {
    if (!this.#noWait) return;
    this.#end();
    this.#sendStatus(404, "No Messages");
  }

  onLost(): void {
    this.#expiry.cancelled = true;
    this.#sendStatus(409, "Consumer Deleted");
  }

  /** Whether it is a client's. */
  isOf(session: Session): boolean {
    return this.#session === session;
  }

  /** The server goes down, or sees that the client is gone. */
  drop(): void {
    this.#end();
  }

  #expire(): void {
    this.#end();
    this.#sendStatus(408, "Request Timeout");
  }

  #end(): void {
    this.#expiry.cancelled = true;
    this.#consumer.unsubscribe(this);
    this.#server.pullRequests.delete(this);
  }

  #sendStatus(code: number, text: string): void {
    const values = { "Nats-Pending-Messages": String(this.#left) };
    this.#send({
      subject: this.#inbox,
      data: new Uint8Array(),
      reply: undefined,
      status: { code, text, values },
    });
  }

  #send(message: WireMessage): void {
    this.#session.send(this.#inbox, message);
  }
}
