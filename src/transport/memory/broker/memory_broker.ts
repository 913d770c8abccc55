/** A broker that lives in memory: streams, consumers and core subjects. @module */

import { ConfigError } from "../../../errors.ts";
import { type Clock, systemClock } from "../../clock.ts";
import { ConsumerConflictError, NoStreamError } from "../../errors.ts";
import { pullLost } from "../../shared/pull_lost.ts";
import { patternsOverlap } from "./subject_filter.ts";
import type {
  ConsumerConfig,
  PublishConfirmation,
  PublishOptions,
  StreamInfo,
} from "../../transport.ts";
import { MemoryConsumer } from "./memory_consumer.ts";
import { CoreSubjects } from "./core_subjects.ts";
import { MemoryStream, type MemoryStreamConfig } from "./memory_stream.ts";
import { Scheduler } from "./scheduler.ts";

/** A broker that lives in memory: streams, consumers and core subjects. */
export class MemoryBroker {
  readonly scheduler: Scheduler = new Scheduler();
  readonly clock: Clock;
  readonly maxPayload: number;
  readonly #streams = new Map<string, MemoryStream>();
  /** The consumers of each stream, by durable name. */
  readonly #consumers = new Map<string, Map<string, MemoryConsumer>>();
  readonly core: CoreSubjects = new CoreSubjects();

  /** Makes an empty broker. */
  constructor(options: { clock?: Clock; maxPayload?: number } = {}) {
    const { clock = systemClock, maxPayload = 1024 * 1024 } = options;
    this.clock = clock;
    this.maxPayload = maxPayload;
  }

  /** Publishes to whoever listens, and to the stream that takes the subject. */
  publish(subject: string, data: Uint8Array): void {
    const kept = data.slice();
    this.core.tell({ subject, data: kept });
    this.#streamOf(subject)?.store(subject, kept, {}, {});
  }

  /** Publishes like {@linkcode MemoryBroker.publish}, and gives the stream's confirmation. */
  publishConfirmed(
    subject: string,
    data: Uint8Array,
    options: PublishOptions,
  ): PublishConfirmation {
    const kept = data.slice();
    this.core.tell({ subject, data: kept });
    const stream = this.#streamOf(subject);
    if (!stream) {
      throw new NoStreamError(
        `cannot publish on ${subject}: no stream takes this subject; create one that does`,
      );
    }
    const { messageId, headers = {} } = options;
    const all = messageId === undefined ? headers : { ...headers, "Nats-Msg-Id": messageId };
    return stream.store(subject, kept, all, options);
  }

  /** Gives a stream. */
  stream(name: string): MemoryStream | undefined {
    return this.#streams.get(name);
  }

  /** Creates a stream, or changes the one of that name. */
  ensureStream(config: MemoryStreamConfig): StreamInfo {
    for (const other of this.#streams.values()) {
      if (other.config.name === config.name) continue;
      const shared = config.subjects.find((subject) =>
        other.config.subjects.some((taken) => patternsOverlap(subject, taken))
      );
      if (shared !== undefined) {
        throw new ConfigError(
          "subjects",
          `cannot create stream ${config.name}: stream ${other.config.name} takes ${shared} already; ` +
            "give each stream subjects of its own",
        );
      }
    }
    const existing = this.#streams.get(config.name);
    if (existing) existing.reconfigure(config);
    const stream = existing ?? new MemoryStream(config, this.clock);
    this.#streams.set(config.name, stream);
    return stream.info();
  }

  /** Deletes a stream and its consumers. */
  deleteStream(name: string): void {
    const consumers = this.#consumers.get(name);
    this.#streams.delete(name);
    this.#consumers.delete(name);
    for (const [durable, consumer] of consumers ?? []) {
      consumer.end(pullLost("stream-deleted", name, durable));
    }
  }

  /** Gives a consumer. */
  consumer(stream: string, durable: string): MemoryConsumer | undefined {
    return this.#consumers.get(stream)?.get(durable);
  }

  /** Creates a durable consumer, or changes the one of that name. */
  ensureConsumer(streamName: string, config: ConsumerConfig): MemoryConsumer {
    const stream = this.#streams.get(streamName);
    if (!stream) {
      throw new NoStreamError(
        `cannot create consumer ${config.durable}: there is no stream ${streamName}; create it first`,
      );
    }
    refuseSelfOverlap(config);
    const consumers = this.#consumers.get(streamName) ?? new Map<string, MemoryConsumer>();
    if (stream.config.retention === "workqueue") {
      refuseOverlap(streamName, consumers.values(), config);
    }
    const existing = consumers.get(config.durable);
    if (existing) {
      existing.reconfigure(config);
      return existing;
    }
    const consumer = new MemoryConsumer(stream, config, this.clock, this.scheduler);
    stream.addConsumer(consumer);
    this.#consumers.set(streamName, consumers.set(config.durable, consumer));
    return consumer;
  }

  /** Deletes a consumer. */
  deleteConsumer(streamName: string, durable: string): void {
    const consumer = this.consumer(streamName, durable);
    if (!consumer) return;
    this.#consumers.get(streamName)?.delete(durable);
    consumer.end(pullLost("consumer-deleted", streamName, durable));
    consumer.stream.removeConsumer(consumer);
  }

  #streamOf(subject: string): MemoryStream | undefined {
    for (const stream of this.#streams.values()) if (stream.takes(subject)) return stream;
    return undefined;
  }
}

/** One message is delivered once to a consumer, so its own filters may not want the same either. */
function refuseSelfOverlap({ durable, filterSubjects }: ConsumerConfig): void {
  filterSubjects.forEach((subject, at) => {
    const twin = filterSubjects.find((other, i) => i > at && patternsOverlap(subject, other));
    if (twin === undefined) return;
    throw new ConfigError(
      "filterSubjects",
      `cannot create consumer ${durable}: its filter subjects ${subject} and ${twin} overlap; leave one out`,
    );
  });
}

/** A work queue hands each message to one consumer only, so no two may want the same. */
function refuseOverlap(
  stream: string,
  consumers: Iterable<MemoryConsumer>,
  config: ConsumerConfig,
): void {
  for (const { config: other } of consumers) {
    if (other.durable === config.durable) continue;
    const shared = config.filterSubjects.find((subject) =>
      other.filterSubjects.some((taken) => patternsOverlap(subject, taken))
    );
    if (shared === undefined) continue;
    throw new ConsumerConflictError(
      `cannot create consumer ${config.durable} on stream ${stream}: consumer ${other.durable} ` +
        `takes ${shared} already, and a work-queue stream gives a subject to one consumer only; ` +
        "use another resource type, or the name of the driver that is there to share its work",
    );
  }
}
