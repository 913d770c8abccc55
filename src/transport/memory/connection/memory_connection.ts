/** A connection to a memory broker. @module */

import { LONGEST_TIMER_MS } from "../../../async/long_timer.ts";
import { NoStreamError, PayloadTooLargeError } from "../../errors.ts";
import { connectionClosed } from "../../shared/connection_closed.ts";
import { checkHeaders } from "../../shared/headers.ts";
import { bucketStream } from "../../key_value.ts";
import { bucketSubject, checkBucketName, openBucket } from "../../shared/stream_bucket.ts";
import { pullLost } from "../../shared/pull_lost.ts";
import type {
  Connection,
  ConnectionStatus,
  ConsumerInfo,
  CoreMessage,
  KeyValue,
  KeyValueOptions,
  PublishConfirmation,
  PublishOptions,
  Pull,
  PullHandlers,
  StreamConfig,
  StreamInfo,
  Subscription,
} from "../../transport.ts";
import { StatusListeners } from "../../shared/status_listeners.ts";
import { checkSubject } from "../../shared/subject.ts";
import type { MemoryBroker } from "../broker/memory_broker.ts";
import { Link } from "./link.ts";
import { MemoryPull } from "./memory_pull.ts";

interface OpenPull {
  readonly pull: MemoryPull;
  readonly stream: string;
  readonly durable: string;
}

/** A connection to a memory broker. */
export class MemoryConnection implements Connection {
  readonly server: string;
  readonly closed: Promise<Error | undefined>;
  readonly #broker: MemoryBroker;
  readonly #link: Link;
  readonly #status = new StatusListeners();
  readonly #subscriptions = new Set<Subscription>();
  readonly #pulls = new Set<OpenPull>();
  #settleClosed: () => void = () => {};

  /** Connects to `broker`. */
  constructor(broker: MemoryBroker, server: string) {
    this.server = server;
    this.#broker = broker;
    this.#link = new Link(broker.clock);
    this.closed = new Promise((resolve) => this.#settleClosed = () => resolve(undefined));
  }

  get connected(): boolean {
    return this.#link.up;
  }

  get maxPayload(): number {
    return this.#broker.maxPayload;
  }

  publish(subject: string, data: Uint8Array): void {
    checkSubject(subject);
    if (this.#link.closed) throw connectionClosed(`publish on ${subject}`);
    this.#checkSize(subject, data.length);
    this.#link.send(() => this.#broker.publish(subject, data));
  }

  subscribe(pattern: string, onMessage: (message: CoreMessage) => void): Subscription {
    checkSubject(pattern);
    if (this.#link.closed) throw connectionClosed(`subscribe to ${pattern}`);
    const { core, scheduler } = this.#broker;
    let active = true;
    const listener = {
      pattern,
      onMessage: (message: CoreMessage) => {
        if (!this.#link.up) return;
        scheduler.schedule(() => active && onMessage({ ...message, data: message.data.slice() }));
      },
    };
    core.add(listener);
    const subscription = {
      unsubscribe: () => {
        active = false;
        core.delete(listener);
        this.#subscriptions.delete(subscription);
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async publishConfirmed(
    subject: string,
    data: Uint8Array,
    options: PublishOptions = {},
  ): Promise<PublishConfirmation> {
    checkSubject(subject);
    this.#checkSize(subject, data.length);
    if (options.headers) checkHeaders(options.headers);
    return await this.#link.request(
      `publish on ${subject}`,
      () => this.#broker.publishConfirmed(subject, data, options),
      options.timeoutMs,
      options.lease,
    );
  }

  streamInfo(stream: string): Promise<StreamInfo | undefined> {
    return this.#link.request(
      `look up stream ${stream}`,
      () => this.#broker.stream(stream)?.info(),
    );
  }

  ensureStream(config: StreamConfig): Promise<StreamInfo> {
    return this.#link.request(
      `create stream ${config.name}`,
      () => this.#broker.ensureStream(config),
    );
  }

  deleteStream(stream: string): Promise<void> {
    return this.#link.request(
      `delete stream ${stream}`,
      () => this.#broker.deleteStream(stream),
    );
  }

  consumerInfo(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    return this.#link.request(
      `look up consumer ${durable}`,
      () => this.#broker.consumer(stream, durable)?.info(),
    );
  }

  ensureConsumer(
    ...[stream, config, merge]: Parameters<Connection["ensureConsumer"]>
  ): Promise<ConsumerInfo> {
    return this.#link.request(`create consumer ${config.durable}`, () => {
      const existing = this.#broker.consumer(stream, config.durable)?.info();
      const merged = existing && merge ? merge(existing) : config;
      return this.#broker.ensureConsumer(stream, merged).info();
    });
  }

  deleteConsumer(stream: string, durable: string): Promise<void> {
    return this.#link.request(
      `delete consumer ${durable}`,
      () => this.#broker.deleteConsumer(stream, durable),
    );
  }

  pull(stream: string, durable: string, handlers: PullHandlers): Promise<Pull> {
    return this.#link.request(`pull from consumer ${durable}`, () => {
      const pull = new MemoryPull(this.#broker, this.#link, stream, durable, handlers);
      const open = { pull, stream, durable };
      this.#pulls.add(open);
      return {
        demand: (...wanted) => pull.demand(...wanted),
        stop: () => {
          this.#pulls.delete(open);
          return pull.stop();
        },
      };
    });
  }

  async keyValue(bucket: string, options: KeyValueOptions): Promise<KeyValue> {
    checkBucketName(bucket);
    await this.#link.request(`open the key-value bucket ${bucket}`, () => {
      const { config } = this.#broker.stream(bucketStream(bucket)) ?? {};
      if (config && (config.maxAgeMs || Infinity) >= options.ttlMs) return;
      this.#broker.ensureStream({
        name: bucketStream(bucket),
        subjects: [bucketSubject(bucket, ">")],
        retention: "limits",
        maxAgeMs: options.ttlMs,
        messagesPerSubject: 1,
      });
    });
    return openBucket({
      publishConfirmed: (...message) => this.publishConfirmed(...message),
      subscribe: (...subscription) => this.subscribe(...subscription),
      lastMessage: (stream, subject) =>
        this.#link.request(`read ${subject}`, () => {
          const found = this.#broker.stream(stream);
          if (!found) {
            throw new NoStreamError(`cannot read ${subject}: there is no stream ${stream}`);
          }
          const last = found.last(subject);
          return last && {
            value: last.data.slice(),
            revision: last.sequence,
            timestampMs: last.timestampMs,
            header: (name: string) => last.headers[name],
          };
        }),
    }, bucket);
  }

  flush(): Promise<void> {
    return this.#link.request("flush", () => {}, LONGEST_TIMER_MS);
  }

  close(): Promise<void> {
    if (this.#link.closed) return Promise.resolve();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#link.close();
    for (const { pull, stream, durable } of this.#pulls) {
      pull.onLost(pullLost("closed", stream, durable));
    }
    this.#settleClosed();
    this.#status.emit({ type: "closed" });
    return Promise.resolve();
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#status.add(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Disconnects from the broker, as a network failure would. */
  disconnect(): void {
    if (!this.#link.up) return;
    this.#link.disconnect();
    this.#status.emit({ type: "disconnected", server: this.server });
  }

  /** Restores the connection to the broker. */
  restore(): void {
    if (this.#link.up || this.#link.closed) return;
    this.#status.emit({ type: "reconnecting", server: this.server });
    this.#link.restore();
    this.#status.emit({ type: "reconnected", server: this.server });
    for (const { pull } of this.#pulls) pull.resume();
  }

  #checkSize(subject: string, size: number): void {
    if (size > this.maxPayload) throw new PayloadTooLargeError(subject, size, this.maxPayload);
  }
}
