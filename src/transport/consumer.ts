/** Durable consumers, as a broker keeps them. @module */

/** What a durable pull consumer is made of. Ack policy is explicit, deliver policy is all. */
export interface ConsumerConfig {
  /** Its name, by which it outlives its clients. */
  readonly durable: string;
  /** Which of the stream's subjects it delivers. */
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
  /** The stream it belongs to. */
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
