/** A connection to a NATS server or cluster. @module */

import { connectionClosed } from "../shared/connection_closed.ts";
import { type BucketStore, openBucket } from "../shared/stream_bucket.ts";
import { checkSubject } from "../shared/subject.ts";
import { PayloadTooLargeError } from "../errors.ts";
import type {
  Connection,
  ConnectionStatus,
  ConsumerConfig,
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
} from "../transport.ts";
import { createManage, type Manage } from "./jetstream/manage.ts";
import { ensureBucket, lastMessage } from "./jetstream/buckets.ts";
import { consumerInfo, deleteConsumer, ensureConsumer } from "./jetstream/consumers.ts";
import type { ReconnectingConnection } from "./core/reconnecting_connection.ts";
import { publishConfirmed } from "./jetstream/publish.ts";
import { NatsPull } from "./pull/nats_pull.ts";
import { DEFAULT_API_PREFIX, type SubjectPrefixes } from "../subject_prefixes.ts";
import { RequestMux } from "./core/request_mux.ts";
import { deleteStream, ensureStream, streamInfo } from "./jetstream/streams.ts";
import { watchRemovals } from "./jetstream/watch_removals.ts";

/** A connection to a NATS server or cluster. */
export class NatsConnection implements Connection {
  readonly #connection: ReconnectingConnection;
  readonly #apiPrefix: string;
  readonly #inbox: string;
  readonly #mux: RequestMux;
  readonly #manage: Manage;
  #pulls = 0;

  /** Creates a connection to a broker. */
  constructor(connection: ReconnectingConnection, prefixes: SubjectPrefixes) {
    this.#connection = connection;
    this.#apiPrefix = prefixes.api;
    this.#inbox = `${prefixes.inbox}.${crypto.randomUUID().replaceAll("-", "")}`;
    this.#mux = new RequestMux(connection, `${this.#inbox}.r`, prefixes.api);
    this.#manage = createManage(this.#mux, () => connection.info.version);
  }

  get server(): string {
    return this.#connection.server;
  }

  get connected(): boolean {
    return this.#connection.up;
  }

  get maxPayload(): number {
    return this.#connection.info.max_payload;
  }

  get closed(): Promise<Error | undefined> {
    return this.#connection.closed;
  }

  publish(subject: string, data: Uint8Array): void {
    checkSubject(subject);
    if (this.#connection.isClosed) throw connectionClosed(`publish on ${subject}`);
    if (data.length > this.maxPayload) {
      throw new PayloadTooLargeError(subject, data.length, this.maxPayload);
    }
    this.#connection.sendOrBuffer(subject, data);
  }

  subscribe(subject: string, onMessage: (message: CoreMessage) => void): Subscription {
    checkSubject(subject);
    if (this.#connection.isClosed) throw connectionClosed(`subscribe to ${subject}`);
    return this.#connection.subscribe(subject, onMessage);
  }

  publishConfirmed(
    subject: string,
    data: Uint8Array,
    options?: PublishOptions,
  ): Promise<PublishConfirmation> {
    return publishConfirmed(this.#mux, subject, data, options);
  }

  streamInfo(stream: string): Promise<StreamInfo | undefined> {
    return streamInfo(this.#manage, stream);
  }

  ensureStream(config: StreamConfig): Promise<StreamInfo> {
    return ensureStream(this.#manage, config);
  }

  deleteStream(stream: string): Promise<void> {
    return deleteStream(this.#manage, stream);
  }

  consumerInfo(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    return consumerInfo(this.#manage, stream, durable);
  }

  ensureConsumer(
    stream: string,
    config: ConsumerConfig,
    merge?: (existing: ConsumerInfo) => ConsumerConfig,
  ): Promise<ConsumerInfo> {
    return ensureConsumer(this.#manage, this.#connection.info.version, stream, config, merge);
  }

  deleteConsumer(stream: string, durable: string): Promise<void> {
    return deleteConsumer(this.#manage, stream, durable);
  }

  pull(stream: string, durable: string, handlers: PullHandlers): Promise<Pull> {
    if (this.#connection.isClosed) {
      return Promise.reject(connectionClosed(`pull from consumer ${durable}`));
    }
    const context = {
      connection: this.#connection,
      mux: this.#mux,
      inbox: `${this.#inbox}.p${this.#pulls++}`,
      lossReason: async () => {
        if (await this.consumerInfo(stream, durable)) return undefined;
        return await this.streamInfo(stream) ? "consumer-deleted" : "stream-deleted";
      },
    } as const;
    return Promise.resolve(new NatsPull(context, stream, durable, handlers));
  }

  async keyValue(bucket: string, options: KeyValueOptions): Promise<KeyValue> {
    await ensureBucket(this.#manage, bucket, options);
    return openBucket({
      publishConfirmed: (...message) => this.publishConfirmed(...message),
      subscribe: (...subscription) => this.subscribe(...subscription),
      lastMessage: (stream, subject) => lastMessage(this.#manage, stream, subject),
      ...(this.#apiPrefix !== DEFAULT_API_PREFIX && this.#remoteBucket()),
    }, bucket);
  }

  flush(): Promise<void> {
    return this.#connection.flush();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#connection.status.add(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Below the plain subjects are the buckets of the own domain and account. Servers map the prefixed ones. */
  #remoteBucket(): Pick<BucketStore, "writeSubject" | "watchRemovals"> {
    const context = {
      connection: this,
      manage: this.#manage,
      onError: (error: Error) => {
        const { status, isClosed } = this.#connection;
        if (!isClosed) status.emit({ type: "error", error });
      },
    };
    return {
      writeSubject: (subject) => `${this.#apiPrefix}.${subject}`,
      watchRemovals: (...watch) => watchRemovals(context, ...watch),
    };
  }
}
