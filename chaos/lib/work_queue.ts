/** Takes the messages of a work queue as the server does: each is acknowledged, and so leaves the stream. */

import { setTimeout as pause } from "node:timers/promises";
import {
  AckPolicy,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from "@nats-io/jetstream";

const BATCH = 200;
const EXPIRES_MS = 1000;
const RETRY_MS = 100;
const LOOK_MS = 10;

/** Takes every stored message once, whatever happens to the servers. Disposing of it ends it. */
export class WorkQueue implements AsyncDisposable {
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #take: (message: JsMsg) => void;
  /** Messages that were taken. A server may deliver one again: its acknowledgement can be lost. */
  readonly #taken = new Set<string>();
  readonly #worker: Promise<void>;
  #fetching: ConsumerMessages | undefined;
  #busy = false;
  #paused = false;
  #ended = false;

  /** Takes from a stream, now and whenever it is made again. */
  constructor(
    js: JetStreamClient,
    jsm: JetStreamManager,
    stream: string,
    take: (message: JsMsg) => void,
  ) {
    this.#js = js;
    this.#jsm = jsm;
    this.#stream = stream;
    this.#take = take;
    this.#worker = this.#work();
  }

  /** Takes nothing until it is resumed. Resolves when nothing is taken any more. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#fetching?.stop();
    while (this.#busy) await pause(LOOK_MS);
  }

  /** Goes on. */
  resume(): void {
    this.#paused = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#fetching?.stop();
    await this.#worker;
  }

  async #work(): Promise<void> {
    while (!this.#ended) {
      this.#busy = !this.#paused;
      if (!this.#busy) await pause(LOOK_MS);
      else await this.#fetch().catch(() => this.#bind());
    }
    this.#busy = false;
  }

  async #fetch(): Promise<void> {
    const consumer = await this.#js.consumers.get(this.#stream, this.#stream);
    const messages = await consumer.fetch({ max_messages: BATCH, expires: EXPIRES_MS });
    this.#fetching = messages;
    if (this.#paused || this.#ended) messages.stop();
    for await (const message of messages) {
      // A sequence alone is not enough: a stream that is made again begins at 1.
      const key = `${message.seq} ${message.info.timestampNanos}`;
      if (!this.#taken.has(key)) {
        this.#taken.add(key);
        this.#take(message);
      }
      message.ack();
    }
  }

  /** Makes the durable consumer, as the server does when it starts. Its failures are the next fetch's as well. */
  async #bind(): Promise<void> {
    const consumer = { durable_name: this.#stream, ack_policy: AckPolicy.Explicit };
    await this.#jsm.consumers.add(this.#stream, consumer).catch(() => pause(RETRY_MS));
  }
}
