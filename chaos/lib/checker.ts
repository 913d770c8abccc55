/**
 * The server's side of a scenario: its streams, the events it publishes, the engine that takes results and lines.
 *
 * It speaks to NATS through the client library alone, so that a fault of the package cannot hide itself here.
 */

import {
  type ConsumerInfo,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type StreamInfo,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { Engine } from "./engine.ts";
import { untilProgress, withRetries } from "./progress.ts";
import { makeKeeper, makeStreams, type StreamOptions } from "./streams.ts";

const TIMEOUT_MS = 3000;
/** After all was published, no run may take longer than this: back-offs and lost leases included. */
const SETTLING_MS = 300_000;

/** Plays the Conveyor server. */
export class Checker implements AsyncDisposable {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  #engine: Engine | undefined;

  constructor(nc: NatsConnection, jsm: JetStreamManager) {
    this.#nc = nc;
    this.#js = jetstream(nc, { timeout: TIMEOUT_MS });
    this.#jsm = jsm;
  }

  /** Connects, and stays connected whatever happens to the servers. */
  static async connect(servers: readonly string[]): Promise<Checker> {
    const nc = await connect({
      servers: [...servers],
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
      waitOnFirstConnect: true,
      ignoreClusterUpdates: true,
      noAsyncTraces: true,
    });
    const jsm = await withRetries(
      "JetStream",
      () => jetstreamManager(nc, { timeout: TIMEOUT_MS }),
    );
    return new Checker(nc, jsm);
  }

  /** Makes the streams as the server does, and starts its engine. After a broker has lost its files, makes them again. */
  async createStreams(options?: StreamOptions & { readonly lines?: boolean }): Promise<void> {
    await makeStreams(this.#jsm, options);
    this.#engine ??= new Engine(this.#js, this.#jsm, options);
  }

  /** Makes a consumer that takes nothing off, so that the server keeps events whatever becomes of the driver's own consumer. */
  async keepEvents(): Promise<void> {
    await makeKeeper(this.#jsm);
  }

  /** The engine, which takes results and lines from the time when the streams are made. */
  get engine(): Engine {
    if (!this.#engine) throw new Error("there are no streams yet, and so there is no engine");
    return this.#engine;
  }

  /** Publishes to JetStream until it is confirmed. Gives how many tries it took. */
  async publish(subject: string, data: string | Uint8Array, messageId?: string): Promise<number> {
    let tries = 0;
    await withRetries(`publishing on ${subject}`, () => {
      tries++;
      return this.#js.publish(subject, data, {
        timeout: TIMEOUT_MS,
        ...(messageId !== undefined && { msgID: messageId }),
      });
    });
    return tries;
  }

  /** What a stream looks like. */
  async stream(name: string): Promise<StreamInfo> {
    return await withRetries(`looking at ${name}`, () => this.#jsm.streams.info(name));
  }

  /** What a driver's consumer looks like. */
  async consumer(driver: string): Promise<ConsumerInfo> {
    return await withRetries(
      `looking at the consumer ${driver}`,
      () => this.#jsm.consumers.info("messages", driver),
    );
  }

  /** The state of the stream of events and of a driver's consumer, to find out what went wrong. */
  async describe(driver: string): Promise<string> {
    const { state, cluster } = await this.stream("messages");
    const { delivered, ack_floor, num_pending, num_ack_pending, num_waiting, ...rest } = await this
      .consumer(driver);
    return JSON.stringify({
      stream: { state, cluster },
      consumer: {
        delivered,
        ack_floor,
        num_pending,
        num_ack_pending,
        num_waiting,
        cluster: rest.cluster,
      },
    });
  }

  /** Deletes a driver's consumer. */
  async deleteConsumer(driver: string): Promise<void> {
    await withRetries(
      `deleting the consumer ${driver}`,
      () => this.#jsm.consumers.delete("messages", driver),
    );
  }

  /**
   * Resolves to whether the driver's consumer has come to the end of its work: `false` when it stands still, or goes on and on.
   */
  async allSettled(driver: string): Promise<boolean> {
    return await untilProgress(async () => {
      const info = await this.consumer(driver);
      const { num_pending: pending, num_ack_pending: open } = info;
      const at = `${pending} ${open} ${info.delivered.consumer_seq}`;
      return { at, done: pending === 0 && open === 0 };
    }, { everyMs: 200, limitMs: SETTLING_MS });
  }

  /** Resolves when a driver has settled every event up to a sequence; to `false` when it stands still. */
  async settledUpTo(driver: string, sequence: number): Promise<boolean> {
    return await untilProgress(async () => {
      const { ack_floor: { stream_seq: floor } } = await this.consumer(driver);
      return { at: floor, done: floor >= sequence };
    }, { everyMs: 100 });
  }

  /** Resolves when at most so many messages wait for a driver's consumer; to `false` when it stands still. */
  async fewerWaiting(driver: string, most: number): Promise<boolean> {
    return await untilProgress(async () => {
      const { num_pending: pending } = await this.consumer(driver);
      return { at: pending, done: pending <= most };
    }, { everyMs: 100 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]();
    await this.#nc.close();
  }
}
