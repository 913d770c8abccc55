/** A broker in memory: streams, consumers and core subjects. @module */

import { ConfigError } from "../../../errors.ts";
import { type Clock, createSystemClock } from "../../clock.ts";
import { ConsumerConflictError, NoStreamError } from "../../errors.ts";
import { pullLost } from "../../shared/pull_lost.ts";
import { patternsOverlap } from "./subject_filter.ts";
import type {
  ConsumerConfig,
  PublishConfirmation,
  PublishOptions,
  StreamInfo,
} from "../../transport.ts";
import { MemoryConsumer, type SavedConsumer } from "./memory_consumer.ts";
import { CoreSubjects } from "./core_subjects.ts";
import { MemoryStream, type MemoryStreamConfig } from "./memory_stream.ts";
import { Scheduler } from "./scheduler.ts";
import type { StoredMessage } from "./stored_message.ts";

/** What a broker has written to disk at one time, for {@linkcode MemoryBroker.restart}. */
export type SavedBroker = ReadonlyMap<MemoryStream, {
  readonly messages: ReadonlyMap<number, StoredMessage>;
  readonly consumers: ReadonlyMap<MemoryConsumer, SavedConsumer>;
}>;

/** A broker in memory: streams, consumers and core subjects. */
export class MemoryBroker {
  readonly scheduler: Scheduler = new Scheduler();
  readonly clock: Clock;
  readonly maxPayload: number;
  readonly #streams = new Map<string, MemoryStream>();
  /** The consumers of each stream, by durable name. */
  readonly #consumers = new Map<string, Map<string, MemoryConsumer>>();
  readonly core: CoreSubjects = new CoreSubjects();

  /** Creates an empty broker. */
  constructor(options: { clock?: Clock; maxPayload?: number } = {}) {
    const { clock = createSystemClock(), maxPayload = 1024 * 1024 } = options;
    this.clock = clock;
    this.maxPayload = maxPayload;
  }

  /** Delivers a message to core subscriptions, and stores it in the stream of its subject. */
  publish(subject: string, data: Uint8Array): void {
    const copy = data.slice();
    this.core.deliver({ subject, data: copy });
    this.streamOf(subject)?.store(subject, copy, {}, {});
  }

  /** Publishes like {@linkcode MemoryBroker.publish}; returns the stream's acknowledgement. */
  publishConfirmed(
    subject: string,
    data: Uint8Array,
    options: PublishOptions,
  ): PublishConfirmation {
    const copy = data.slice();
    this.core.deliver({ subject, data: copy });
    const stream = this.streamOf(subject);
    if (!stream) {
      throw new NoStreamError(
        `cannot publish on ${subject}: no stream stores this subject; create one that does`,
      );
    }
    const { messageId, headers = {} } = options;
    const all = messageId === undefined ? headers : { ...headers, "Nats-Msg-Id": messageId };
    return stream.store(subject, copy, all, options);
  }

  /** Returns a stream; `undefined` when it does not exist. */
  stream(name: string): MemoryStream | undefined {
    return this.#streams.get(name);
  }

  /** Creates or updates a stream. */
  ensureStream(config: MemoryStreamConfig): StreamInfo {
    for (const other of this.#streams.values()) {
      if (other.config.name === config.name) continue;
      const shared = config.subjects.find((subject) =>
        other.config.subjects.some((existing) => patternsOverlap(subject, existing))
      );
      if (shared !== undefined) {
        throw new ConfigError(
          "subjects",
          `cannot create stream ${config.name}: its subject ${shared} overlaps with stream ${other.config.name}; ` +
            "use different subjects",
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

  /** Returns a consumer; `undefined` when it does not exist. */
  consumer(stream: string, durable: string): MemoryConsumer | undefined {
    return this.#consumers.get(stream)?.get(durable);
  }

  /** Returns the consumers of a stream. */
  consumersOf(stream: string): MemoryConsumer[] {
    return [...this.#consumers.get(stream)?.values() ?? []];
  }

  /** Creates or updates a durable consumer. */
  ensureConsumer(streamName: string, config: ConsumerConfig): MemoryConsumer {
    const stream = this.#streams.get(streamName);
    if (!stream) {
      throw new NoStreamError(
        `cannot create consumer ${config.durable}: stream ${streamName} does not exist; create it first`,
      );
    }
    checkFilters(config);
    const consumers = this.#consumers.get(streamName) ?? new Map<string, MemoryConsumer>();
    if (stream.config.retention === "workqueue") {
      checkWorkQueue(streamName, consumers.values(), config);
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

  /** Returns the state that a restart after a crash would find on disk, had it been written now. */
  save(): SavedBroker {
    return new Map(
      [...this.#streams].map(([name, stream]) => [stream, {
        messages: stream.save(),
        consumers: new Map(this.consumersOf(name).map((consumer) => [consumer, consumer.save()])),
      }]),
    );
  }

  /**
   * Restarts with everything it has stored. Pulls end, and ids of messages that were removed leave the duplicate window.
   * With a `saved` state it restarts as after a crash: deliveries and acknowledgements since then are lost.
   */
  restart(saved: SavedBroker = this.save()): void {
    for (const [name, stream] of this.#streams) {
      const { messages, consumers } = saved.get(stream) ?? {};
      for (const consumer of this.consumersOf(name)) {
        consumer.restore(consumers?.get(consumer) ?? consumer.save());
      }
      stream.restore(messages ?? stream.save());
    }
  }

  /** Returns the stream that stores messages on a subject. */
  streamOf(subject: string): MemoryStream | undefined {
    for (const stream of this.#streams.values()) if (stream.matches(subject)) return stream;
    return undefined;
  }
}

/** A consumer delivers a message once, so its filter subjects must not overlap. */
function checkFilters({ durable, filterSubjects }: ConsumerConfig): void {
  filterSubjects.forEach((subject, at) => {
    const twin = filterSubjects.find((other, i) => i > at && patternsOverlap(subject, other));
    if (twin === undefined) return;
    throw new ConfigError(
      "filterSubjects",
      `cannot create consumer ${durable}: its filter subjects ${subject} and ${twin} overlap; remove one`,
    );
  });
}

/** A work-queue stream delivers a message to one consumer only, so filter subjects of two must not overlap. */
function checkWorkQueue(
  stream: string,
  consumers: Iterable<MemoryConsumer>,
  config: ConsumerConfig,
): void {
  for (const { config: other } of consumers) {
    if (other.durable === config.durable) continue;
    const shared = config.filterSubjects.find((subject) =>
      other.filterSubjects.some((existing) => patternsOverlap(subject, existing))
    );
    if (shared === undefined) continue;
    throw new ConsumerConflictError(
      `cannot create consumer ${config.durable} on stream ${stream}: consumer ${other.durable} ` +
        `already consumes ${shared}, and a work-queue stream allows one consumer per subject; ` +
        "use another resource type, or the name of the existing driver to share its work",
    );
  }
}
