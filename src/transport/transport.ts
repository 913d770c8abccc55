/**
 * The interface between the package and a broker. NATS over TCP, NATS over WebSocket and the memory broker implement it,
 * and one contract suite tests them all.
 *
 * @module
 */

import type { ConnectAuth } from "./auth.ts";
import type { KeyValue, KeyValueOptions } from "./key_value.ts";
import type { ConsumerConfig, ConsumerInfo } from "./consumer.ts";
import type { Pull, PullHandlers } from "./delivery.ts";
import type { StreamConfig, StreamInfo } from "./stream.ts";

export type { KeyValue, KeyValueEntry, KeyValueOptions } from "./key_value.ts";
export type { ConsumerConfig, ConsumerInfo } from "./consumer.ts";
export type { Delivery, Pull, PullHandlers } from "./delivery.ts";
export type { StreamConfig, StreamInfo } from "./stream.ts";

/** Options of a connection. */
export interface ConnectOptions {
  /** Server URLs, tried in order, for example `nats://localhost:4222`. All have the same scheme. */
  readonly servers: readonly string[];
  /** A name for this connection in the server's monitoring. */
  readonly name?: string;
  /** TLS, which is then required. A function is called before every attempt, to load a renewed certificate. */
  readonly tls?: TlsMaterial | (() => TlsMaterial | Promise<TlsMaterial>);
  /** How to authenticate, for URLs without a user name. A function is called before every attempt. */
  readonly auth?: ConnectAuth | (() => ConnectAuth | Promise<ConnectAuth>);
  /** Prefix of the subjects that responses arrive at, where the permissions name another one. @default {"_INBOX"} */
  readonly inboxPrefix?: string | undefined;
  /** The JetStream domain to use, from a leaf node. @default {the domain of the server} */
  readonly domain?: string | undefined;
  /** Prefix of the JetStream API, where it is imported from another account under one. @default {"$JS.API"} */
  readonly apiPrefix?: string | undefined;
  /** Ends the retries, which otherwise go on until one succeeds: connecting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Time for one attempt to connect, in milliseconds. @default {5000, and more with each round, up to 30000} */
  readonly attemptTimeoutMs?: number;
  /** Called after every attempt that failed. */
  readonly onAttemptFailed?: (failure: { server: string; attempt: number; error: Error }) => void;
}

/** Options of TLS: PEM text for mutual TLS, and when the handshake begins. */
export interface TlsMaterial {
  /** Client certificate chain, leaf first. */
  readonly cert?: string;
  /** The client's private key. */
  readonly key?: string;
  /** The certificate authority that the server is verified against. */
  readonly ca?: string;
  /** Whether the TLS handshake comes before INFO, for servers with `handshake_first`. Over TCP only. @default {false} */
  readonly handshakeFirst?: boolean;
}

/** Connects to brokers. */
export interface Transport {
  /** Connects; retries with back-off until it succeeds or `options.signal` fires. */
  connect(options: ConnectOptions): Promise<Connection>;
}

/** Connection status event. */
export type ConnectionStatus =
  | { type: "disconnected"; server: string }
  | { type: "reconnecting"; server: string }
  | { type: "reconnected"; server: string }
  | { type: "error"; error: Error }
  | { type: "closed"; error?: Error };

/** A connection to a broker. It reconnects without a limit of attempts until it is closed. */
export interface Connection extends AsyncDisposable {
  /** The server it is, or was last, connected to, without user name and password. */
  readonly server: string;
  /** Whether it is connected at the moment. */
  readonly connected: boolean;
  /** The largest message that the server accepts, in bytes, headers included. */
  readonly maxPayload: number;

  /**
   * Publishes on core NATS, without a confirmation. While the connection is down, messages are buffered.
   *
   * @throws {PayloadTooLargeError} when the message is larger than `maxPayload`.
   * @throws {ConfigError} when the subject is invalid.
   * @throws {ConnectionError} when the connection is closed.
   */
  publish(subject: string, data: Uint8Array): void;
  /** Subscribes to core NATS. */
  subscribe(subject: string, onMessage: (message: CoreMessage) => void): Subscription;
  /**
   * Publishes to JetStream and waits for the acknowledgement of the stream.
   * The message is written to the socket before this returns, in the order of the calls.
   *
   * @throws {NoStreamError} when no stream stores the subject.
   * @throws {WrongSequenceError} when `expectLastSubjectSequence` does not hold.
   * @throws {TimeoutError} when the acknowledgement does not arrive in time.
   * @throws {PayloadTooLargeError} when the message is larger than `maxPayload`.
   * @throws {ConfigError} when the subject or a header is invalid.
   * @throws {ConnectionError} when the connection is closed.
   */
  publishConfirmed(
    subject: string,
    data: Uint8Array,
    options?: PublishOptions,
  ): Promise<PublishConfirmation>;

  /** Returns a stream's configuration and state; `undefined` when it does not exist. */
  streamInfo(stream: string): Promise<StreamInfo | undefined>;
  /** Creates or updates a stream. For servers, tools and tests: a driver never calls it. */
  ensureStream(config: StreamConfig): Promise<StreamInfo>;
  /** Deletes a stream and its consumers. Does nothing when it does not exist. */
  deleteStream(stream: string): Promise<void>;

  /** Returns a durable consumer's configuration and state; `undefined` when it does not exist. */
  consumerInfo(stream: string, durable: string): Promise<ConsumerInfo | undefined>;
  /**
   * Creates or updates a durable pull consumer. `merge` is called with one that exists, before it is updated, and returns the
   * configuration to update it to.
   *
   * @throws {NoStreamError} when the stream does not exist.
   * @throws {ConsumerConflictError} when its filter subjects overlap with another consumer's on a work-queue stream.
   */
  ensureConsumer(
    stream: string,
    config: ConsumerConfig,
    merge?: (existing: ConsumerInfo) => ConsumerConfig,
  ): Promise<ConsumerInfo>;
  /** Deletes a consumer. Does nothing when it does not exist. */
  deleteConsumer(stream: string, durable: string): Promise<void>;
  /** Starts to pull from a durable consumer. Messages are delivered once {@linkcode Pull.demand} requests them. */
  pull(stream: string, durable: string, handlers: PullHandlers): Promise<Pull>;

  /**
   * Opens a key-value bucket; creates it when it does not exist. One that keeps values for a shorter time is changed.
   *
   * @throws {ConfigError} when the server refuses that.
   */
  keyValue(bucket: string, options: KeyValueOptions): Promise<KeyValue>;

  /** Resolves when the broker has received everything published so far. */
  flush(): Promise<void>;
  /** Flushes, then closes. Idempotent. */
  close(): Promise<void>;
  /** Resolves when the connection is closed, with the error that closed it, if any. */
  readonly closed: Promise<Error | undefined>;
  /** Reports status events to `listener` until the returned function is called. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
}

/** A message from core NATS. */
export interface CoreMessage {
  /** The subject it was published on. */
  readonly subject: string;
  /** The payload. */
  readonly data: Uint8Array;
}

/** A subscription to core NATS. */
export interface Subscription {
  /** Ends the subscription at once. */
  unsubscribe(): void;
}

/** Options of a publish to JetStream. */
export interface PublishOptions {
  /** The message id (`Nats-Msg-Id`): the stream drops duplicates of it within its duplicate window. */
  readonly messageId?: string;
  /** The sequence that the last message on the subject must have; 0 when there must be none. */
  readonly expectLastSubjectSequence?: number;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time to wait for the acknowledgement, in milliseconds. @default {5000} */
  readonly timeoutMs?: number;
  /** The right to publish it, asked when it is sent late or again. Once that is not held, the time to wait is over. */
  readonly lease?: { readonly held: boolean } | undefined;
}

/** JetStream publish acknowledgement. */
export interface PublishConfirmation {
  /** The stream that stored the message. */
  readonly stream: string;
  /** The message's sequence in that stream. */
  readonly sequence: number;
  /**
   * Whether the stream has dropped the message as a duplicate of its id. The first one may be this very message: it is
   * sent again when its acknowledgement was lost.
   */
  readonly duplicate: boolean;
}
