/**
 * The server's side of a scenario: its streams, the events it publishes, the results and lines it has stored.
 *
 * It speaks to NATS through the client library alone, so that a fault of the package cannot hide itself here.
 */

import {
  AckPolicy,
  type ConsumerInfo,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  type StreamInfo,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { StoredResult } from "./ledger.ts";
import { untilProgress, withRetries } from "./progress.ts";

const NANOSECONDS = 1_000_000;
const TIMEOUT_MS = 3000;
/** Results that do not become more for so long, while there is work, will not become more, in milliseconds. */
const STANDSTILL_MS = 60_000;
/** After all was published, no run may take longer than this: back-offs and lost leases included. */
const SETTLING_MS = 300_000;

/** How the streams are made. */
export interface StreamOptions {
  /** @default {1} */
  readonly replicas?: number;
  /** How long the stream of results remembers message ids, in milliseconds. @default the server's: two minutes */
  readonly duplicateWindowMs?: number;
}

/** Plays the Conveyor server. */
export class Checker implements AsyncDisposable {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;

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

  /**
   * Makes the streams as the server does, with one difference: results and lines are kept, not taken out by their readers,
   * so that a second result would be seen.
   */
  async createStreams({ replicas = 1, duplicateWindowMs }: StreamOptions = {}): Promise<void> {
    const common = { num_replicas: replicas };
    await this.#addStream({
      ...common,
      name: "messages",
      subjects: ["resources.>", "events.>", "drivers.>"],
      retention: RetentionPolicy.Interest,
    });
    await this.#addStream({
      ...common,
      name: "pipeline-engine",
      subjects: ["pipelines.>"],
      ...(duplicateWindowMs && { duplicate_window: duplicateWindowMs * NANOSECONDS }),
    });
    await this.#addStream({ ...common, name: "logs-engine", subjects: ["logs.>"] });
  }

  /** A consumer that takes nothing off, so that the server keeps events whatever becomes of the driver's own consumer. */
  async keepEvents(): Promise<void> {
    await this.#jsm.consumers.add("messages", {
      durable_name: "keeper",
      ack_policy: AckPolicy.Explicit,
    });
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

  /** How many results are stored. */
  async storedResults(): Promise<number> {
    return (await this.stream("pipeline-engine")).state.messages;
  }

  /** Resolves when so many results are stored; to `false` when they stand still. */
  async untilStored(count: number, everyMs = 50): Promise<boolean> {
    return await untilProgress(async () => {
      const stored = await this.storedResults();
      return { at: stored, done: stored >= count };
    }, { everyMs, standstillMs: STANDSTILL_MS });
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

  /** Resolves when at most so many messages wait for a driver's consumer; to `false` when it stands still. */
  async fewerWaiting(driver: string, most: number): Promise<boolean> {
    return await untilProgress(async () => {
      const { num_pending: pending } = await this.consumer(driver);
      return { at: pending, done: pending <= most };
    }, { everyMs: 100 });
  }

  /** All results, in the order they were stored. */
  async results(): Promise<StoredResult[]> {
    const results: StoredResult[] = [];
    await this.#readAll("pipeline-engine", (message) => results.push(message.json()));
    return results;
  }

  /** The lines of every run. */
  async lines(): Promise<Map<string, Set<string>>> {
    const lines = new Map<string, Set<string>>();
    await this.#readAll("logs-engine", (message) => {
      const { runid, message: line } = message.json<{ runid: string; message: string }>();
      const ofRun = lines.get(runid) ?? new Set<string>();
      lines.set(runid, ofRun.add(line));
    });
    return lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nc.close();
  }

  async #addStream(config: Parameters<JetStreamManager["streams"]["add"]>[0]): Promise<void> {
    await withRetries(`making the stream ${config.name}`, () => this.#jsm.streams.add(config));
  }

  async #readAll(stream: string, read: (message: JsMsg) => void): Promise<void> {
    const { messages, last_seq: last } = (await this.stream(stream)).state;
    if (messages === 0) return;
    const consumer = await withRetries(
      `reading ${stream}`,
      () => this.#js.consumers.get(stream),
    );
    for await (const message of await consumer.consume()) {
      read(message);
      if (message.seq >= last) break;
    }
  }
}
