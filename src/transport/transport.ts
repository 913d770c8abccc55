/**
 * What a broker offers the rest of the package. NATS over TCP or WebSocket and the memory broker all give exactly this,
 * and one contract suite holds them to it.
 *
 * @module
 */

import type { PullLostError } from "./errors.ts";

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
  readonly subject: string;
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
  readonly stream: string;
  readonly sequence: number;
  /**
   * Whether the stream had a message of this id already, and so dropped this one. It may have been this very message:
   * one whose confirmation was lost is sent again.
   */
  readonly duplicate: boolean;
}

/** What a stream is made of. */
export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: "limits" | "interest" | "workqueue";
  /** @default {"file"} */
  readonly storage?: "file" | "memory";
  /** How long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
  /** How long messages are kept, in milliseconds; 0 is for ever. @default {0} */
  readonly maxAgeMs?: number;
  /** @default {1} */
  readonly replicas?: number;
}

/** What a stream looks like. */
export interface StreamInfo {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: "limits" | "interest" | "workqueue";
  readonly duplicateWindowMs: number;
  /** Messages it holds. */
  readonly messages: number;
  readonly replicas: number;
  /** When it was created, RFC 3339. Another time means another stream of the same name. */
  readonly created: string;
  /** The broker's clock when it said all this, Unix milliseconds. */
  readonly serverTimeMs: number;
}

/** What a durable pull consumer is made of. Ack policy is explicit, deliver policy is all. */
export interface ConsumerConfig {
  readonly durable: string;
  readonly filterSubjects: readonly string[];
  /** Time until an unacknowledged message is delivered again, in milliseconds. */
  readonly ackWaitMs: number;
  /** Messages that may be unacknowledged at once, over all instances. */
  readonly maxAckPending: number;
  /** A line for people. */
  readonly description?: string;
}

/** What a durable consumer looks like. */
export interface ConsumerInfo extends ConsumerConfig {
  readonly stream: string;
  /** Messages that wait to be delivered for the first time. */
  readonly pending: number;
  /** Messages delivered and not yet acknowledged. */
  readonly ackPending: number;
  /** Messages delivered more than once and not yet acknowledged. */
  readonly redelivered: number;
  /** When it was created, by the broker's clock, Unix milliseconds. */
  readonly createdMs: number;
  /**
   * Whether the broker was restarted since the consumer last delivered. One that was killed may have forgotten the latest
   * deliveries and acknowledgements, and delivers those messages again as if for the first time.
   */
  readonly restarted: boolean;
  /** The broker's clock when it said all this, Unix milliseconds. */
  readonly serverTimeMs: number;
}

/** What comes of a pull. No handler may throw. */
export interface PullHandlers {
  /** A message arrived. It counts against the demand. */
  onMessage(delivery: Delivery): void;
  /** Nothing more will come: the consumer or the stream is gone, or heartbeats stopped. Called at most once, last. */
  onLost(error: PullLostError): void;
  /** Something that heals by itself but somebody should know of. */
  onNotice?(notice: string): void;
}

/** A running pull from a durable consumer. */
export interface Pull {
  /**
   * Says how many more messages are wanted from now on: an absolute number, not an addition. Each message that arrives
   * takes one off. Requests that lapse are made again until the demand is met. Calls in one tick make one request.
   */
  demand(count: number): void;
  /**
   * Stops asking, and resolves once nothing more can arrive. A message that crosses the stop still goes to `onMessage`.
   */
  stop(): Promise<void>;
}

/** A message from a durable consumer, leased to this process until it is settled or its ack wait runs out. */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The message's sequence in the stream. */
  readonly sequence: number;
  /** How many times it has been delivered, this time included: 1 the first time. */
  readonly deliveryCount: number;
  /** When the stream stored it, Unix milliseconds. */
  readonly timestampMs: number;
  /** A header's value; `undefined` when there is none of that name. */
  header(name: string): string | undefined;
  /** Done: the consumer will not deliver it again. */
  ack(): void;
  /** Done, and resolves to whether the broker has confirmed it. */
  ackConfirmed(timeoutMs?: number): Promise<boolean>;
  /** Not done: deliver it again, at once or after a delay. */
  nak(delayMs?: number): void;
  /** Never deliver it again, although it is not done. */
  term(reason?: string): void;
  /** Renews the lease; resolves to whether the broker has confirmed it. Never rejects. */
  renew(timeoutMs?: number): Promise<boolean>;
}

/** How to keep a key-value bucket. */
export interface KeyValueOptions {
  /** How long a value is kept, in milliseconds. */
  readonly ttlMs: number;
  /** @default {"file"} */
  readonly storage?: "file" | "memory";
  /** @default {1} */
  readonly replicas?: number;
}

/** A value and its revision. */
export interface KeyValueEntry {
  readonly value: Uint8Array;
  readonly revision: number;
  /** When it was stored, Unix milliseconds, by the server's clock. */
  readonly timestampMs: number;
}

/** A key-value bucket. Keys hold letters, digits and `-/_=.`; see {@linkcode KeyValue.key}. */
export interface KeyValue {
  /** Turns any texts into a key: parts joined by dots, characters that a key may not hold encoded. */
  key(...parts: string[]): string;
  /** The subject that a key's changes are seen on, live: an empty message is a removal. */
  subject(key: string): string;
  get(key: string): Promise<KeyValueEntry | undefined>;
  /** Stores a value, and gives its revision. The message is handed to the socket before this returns. */
  put(key: string, value: Uint8Array): Promise<number>;
  /** Stores a value unless the key has one. Gives its revision, or `undefined` when it was taken. */
  create(key: string, value: Uint8Array): Promise<number | undefined>;
  /** Replaces a value of a known revision. Gives the new one, or `undefined` when somebody else was faster. */
  update(key: string, value: Uint8Array, revision: number): Promise<number | undefined>;
  /** Removes a value, if given only at that revision. Gives whether it was removed. */
  delete(key: string, revision?: number): Promise<boolean>;
}
