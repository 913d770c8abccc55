/** Durable consumers: configuration and state. @module */

/** A durable pull consumer's configuration. Ack policy is explicit, deliver policy is all. */
export interface ConsumerConfig {
  /** The durable name: the consumer outlives its clients. */
  readonly durable: string;
  /** The stream's subjects that it delivers. */
  readonly filterSubjects: readonly string[];
  /** Time after which an unacknowledged message is redelivered, in milliseconds. */
  readonly ackWaitMs: number;
  /** Messages that may be unacknowledged at the same time, over all instances. */
  readonly maxAckPending: number;
  /** A description for people. */
  readonly description?: string;
}

/** A durable consumer's configuration and state. */
export interface ConsumerInfo extends ConsumerConfig {
  /** The stream it belongs to. */
  readonly stream: string;
  /** Options that can keep messages from clients, such as limits of pull requests, by their names in NATS. */
  readonly restrictions: readonly string[];
  /** Pull requests that wait for messages, of all clients. */
  readonly waiting: number;
  /** Messages not yet delivered. */
  readonly pending: number;
  /** Messages delivered and not yet acknowledged. */
  readonly ackPending: number;
  /** Messages delivered more than once and not yet acknowledged. */
  readonly redelivered: number;
  /** When it was created, by the broker's clock, Unix milliseconds. */
  readonly createdMs: number;
  /**
   * Whether the broker was restarted since the consumer last delivered. A broker that was killed may have lost the latest
   * deliveries and acknowledgements; it then delivers those messages again with a delivery count of 1.
   */
  readonly restarted: boolean;
  /** The broker's clock at the time of the response, Unix milliseconds. */
  readonly serverTimeMs: number;
}
