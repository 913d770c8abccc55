/**
 * What a broker offers the rest of the package. NATS over TCP or WebSocket and the memory broker all give exactly this,
 * and one contract suite holds them to it.
 *
 * @module
 */

import type { KeyValue, KeyValueOptions } from "./key_value.ts";
import type { ConsumerConfig, ConsumerInfo } from "./consumer.ts";
import type { Pull, PullHandlers } from "./delivery.ts";
import type { StreamConfig, StreamInfo } from "./stream.ts";

export type { KeyValue, KeyValueEntry, KeyValueOptions } from "./key_value.ts";
export type { ConsumerConfig, ConsumerInfo } from "./consumer.ts";
export type { Delivery, Pull, PullHandlers } from "./delivery.ts";
export type { StreamConfig, StreamInfo } from "./stream.ts";

/** How to reach a broker. */
export interface ConnectOptions {
  /** Servers to try, in order, for example `nats://localhost:4222`. All share one scheme. */
  readonly servers: readonly string[];
  /** A name for this connection in the server's monitoring. */
  readonly name?: string;
  /** Client certificate for mutual TLS, as PEM text. A function is asked before every attempt, so that it can be renewed. */
  readonly tls?: TlsMaterial | (() => TlsMaterial | Promise<TlsMaterial>);
  /** User name and password, or a token, when the URL does not hold them. */
  readonly auth?: { user: string; password: string } | { token: string };
  /**
   * Ends the attempt. A connect keeps trying until it succeeds or this fires: then it rejects with the signal's reason.
   */
  readonly signal?: AbortSignal;
  /** Time for one attempt to connect, in milliseconds. @default {5000} */
  readonly attemptTimeoutMs?: number;
  /** Told of every attempt that failed, so that somebody can say what is going on. */
  readonly onAttemptFailed?: (failure: { server: string; attempt: number; error: Error }) => void;
}

/** PEM text for mutual TLS. */
export interface TlsMaterial {
  /** Client certificate chain, leaf first. */
  readonly cert?: string;
  /** The client's private key. */
  readonly key?: string;
  /** The certificate authority that the server is verified against. */
  readonly ca?: string;
}

/** A way to reach brokers. */
export interface Transport {
  /** Connects, trying again with back-off until it succeeds or `options.signal` fires. */
  connect(options: ConnectOptions): Promise<Connection>;
}

/** What befell a connection. */
export type ConnectionStatus =
  | { type: "disconnected"; server: string }
  | { type: "reconnecting"; server: string }
  | { type: "reconnected"; server: string }
  | { type: "error"; error: Error }
  | { type: "closed"; error?: Error };

/** A connection to a broker. It reconnects by itself, for ever, until it is closed. */
export interface Connection extends AsyncDisposable {
  /** What it is connected to, without user name and password. */
  readonly server: string;
  /** Whether it is connected right now. */
  readonly connected: boolean;
  /** Most bytes that one message may hold, headers included. */
  readonly maxPayload: number;

  /**
   * Publishes on core NATS: fire and forget. While the connection is being restored it is held back, then sent.
   *
   * @throws {PayloadTooLargeError} when it is larger than the broker takes.
   * @throws {ConfigError} when the subject would break the wire's format.
   * @throws {ConnectionError} when the connection is closed.
   */
  publish(subject: string, data: Uint8Array): void;
  /** Receives from core NATS. */
  subscribe(subject: string, onMessage: (message: CoreMessage) => void): Subscription;
  /**
   * Publishes to JetStream and waits until a stream has confirmed.
   * The message is handed to the socket before this returns, in the order of the calls.
   *
   * @throws {NoStreamError} when no stream takes the subject.
   * @throws {WrongSequenceError} when `expectLastSubjectSequence` does not hold.
   * @throws {TimeoutError} when there is no confirmation in time.
   * @throws {PayloadTooLargeError} when it is larger than the broker takes.
   * @throws {ConfigError} when the subject or a header would break the wire's format.
   * @throws {ConnectionError} when the connection is closed.
   */
  publishConfirmed(
    subject: string,
    data: Uint8Array,
    options?: PublishOptions,
  ): Promise<PublishConfirmation>;

  /** Tells what a stream looks like; `undefined` when there is none. */
  streamInfo(stream: string): Promise<StreamInfo | undefined>;
  /** Creates a stream, or updates it. For servers, tools and tests: a driver never does. */
  ensureStream(config: StreamConfig): Promise<StreamInfo>;
  /** Deletes a stream and its consumers. Does nothing when there is none. */
  deleteStream(stream: string): Promise<void>;

  /** Tells what a durable consumer looks like; `undefined` when there is none. */
  consumerInfo(stream: string, durable: string): Promise<ConsumerInfo | undefined>;
  /**
   * Creates a durable pull consumer, or updates the one of that name.
   *
   * @throws {NoStreamError} when there is no such stream.
   * @throws {ConsumerConflictError} when a work-queue stream refuses it, because another consumer takes the same subjects.
   */
  ensureConsumer(stream: string, config: ConsumerConfig): Promise<ConsumerInfo>;
  /** Deletes a consumer. Does nothing when there is none. */
  deleteConsumer(stream: string, durable: string): Promise<void>;
  /** Starts pulling from a durable consumer. Nothing comes until {@linkcode Pull.demand} asks for it. */
  pull(stream: string, durable: string, handlers: PullHandlers): Promise<Pull>;

  /** Opens a key-value bucket, creating it when there is none. */
  keyValue(bucket: string, options: KeyValueOptions): Promise<KeyValue>;

  /** Resolves when the broker has taken everything published so far. */
  flush(): Promise<void>;
  /** Flushes, then closes. Idempotent. */
  close(): Promise<void>;
  /** Resolves when the connection is closed, with the error that closed it if there was one. */
  readonly closed: Promise<Error | undefined>;
  /** Tells `listener` of everything that befalls the connection, until the returned function is called. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
}

/** A message from core NATS. */
export interface CoreMessage {
  /** The subject it was published on. */
  readonly subject: string;
  /** The message itself. */
  readonly data: Uint8Array;
}

/** A subscription to core NATS. */
export interface Subscription {
  /** Stops it at once. */
  unsubscribe(): void;
}

/** How to publish to JetStream. */
export interface PublishOptions {
  /** An id by which the stream drops a repeat within its duplicate window (`Nats-Msg-Id`). */
  readonly messageId?: string;
  /** Refuse unless the last message on this subject has this sequence; 0 means that there must be none. */
  readonly expectLastSubjectSequence?: number;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time to wait for the confirmation, in milliseconds. @default {5000} */
  readonly timeoutMs?: number;
}

/** A stream's word that it has stored a message. */
export interface PublishConfirmation {
  /** The stream that took it. */
  readonly stream: string;
  /** Its sequence in that stream. */
  readonly sequence: number;
  /**
   * Whether the stream had a message of this id already, and so dropped this one. It may have been this very message:
   * one whose confirmation was lost is sent again.
   */
  readonly duplicate: boolean;
}
