/** A connection to a NATS server or cluster. @module */

import { connectionClosed } from "../shared/connection_closed.ts";
import { openBucket } from "../shared/stream_bucket.ts";
import { checkSubject } from "../shared/subject.ts";
import { PayloadTooLargeError } from "../errors.ts";
import { ConnectionError } from "../../errors.ts";
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
import { ensureBucket, lastMessage } from "./jetstream/buckets.ts";
import { consumerInfo, deleteConsumer, ensureConsumer } from "./jetstream/consumers.ts";
import type { ReconnectingConnection } from "./core/reconnecting_connection.ts";
import { publishConfirmed } from "./jetstream/publish.ts";
import { NatsPull } from "./pull/nats_pull.ts";
import { keySubject, type SubjectPrefixes } from "../subject_prefixes.ts";
import { RequestMux } from "./core/request_mux.ts";
import { deleteStream, ensureStream, streamInfo } from "./jetstream/streams.ts";

/** A connection to a NATS server or cluster. */
export class NatsConnection implements Connection {
  readonly #connection: ReconnectingConnection;
  readonly #prefixes: SubjectPrefixes;
  readonly #inbox: string;
  readonly #mux: RequestMux;
  #pulls = 0;

  /** Creates a connection to a broker. */
  constructor(connection: ReconnectingConnection, prefixes: SubjectPrefixes) {
    this.#connection = connection;
    this.#prefixes = prefixes;
    this.#inbox = `${prefixes.inbox}.${crypto.randomUUID().replaceAll("-", "")}`;
    this.#mux = new RequestMux(connection, `${this.#inbox}.r`, prefixes.api);
    connection.status.add((status) => status.type === "error" && this.#onError(status.error));
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
    return publishConfirmed(this.#mux, this.maxPayload, subject, data, options);
  }

  streamInfo(stream: string): Promise<StreamInfo | undefined> {
    return streamInfo(this.#mux, stream);
  }

  ensureStream(config: StreamConfig): Promise<StreamInfo> {
    return ensureStream(this.#mux, config);
  }

  deleteStream(stream: string): Promise<void> {
    return deleteStream(this.#mux, stream);
  }

  consumerInfo(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    return consumerInfo(this.#mux, stream, durable);
  }

  ensureConsumer(
    stream: string,
    config: ConsumerConfig,
    merge?: (existing: ConsumerInfo) => ConsumerConfig,
  ): Promise<ConsumerInfo> {
    return ensureConsumer(this.#mux, this.#connection.info.version, stream, config, merge);
  }

  deleteConsumer(stream: string, durable: string): Promise<void> {
    return deleteConsumer(this.#mux, stream, durable);
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
    await ensureBucket(this.#mux, bucket, options);
    return openBucket({
      publishConfirmed: (...message) => this.publishConfirmed(...message),
      writeSubject: (subject) => keySubject(this.#prefixes, subject),
      lastMessage: (stream, subject) => lastMessage(this.#mux, stream, subject),
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

  /** A request that the server does not permit gets no response; the server reports it as an error of the connection. */
  #onError(cause: Error): void {
    const { operation, subject } = cause as { operation?: string; subject?: string };
    if (operation !== "publish" || subject === undefined) return;
    this.#mux.fail(
      subject,
      new ConnectionError(
        `cannot publish on ${subject}: the server does not permit it to this user; change the user's permissions`,
        { cause },
      ),
    );
  }
}
